using System.Text.Json;
using Lamina.LlamaCpp.Tests.Samples;
using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.Vulkan.Tests;

[CancelAfter(300_000)]
public sealed class GenerateTests
{
    private const string Prompt = "Once upon a time";
    private const int Length = 24;

    private static readonly GenerationOptions Greedy =
        new() { MaxTokens = Length, Sampling = new SamplingOptions { Temperature = 0 } };

    [Test]
    public async Task GenerateAsync_Greedy_GivesTheTokensOfTheCpu(CancellationToken cancellationToken)
    {
        // The sample has the library for the CPU alone beside it.
        var sample = await SampleProcess.RunAsync(
            "Generate",
            ["--prompt", Prompt, "--max-tokens", $"{Length}", "--temperature", "0", "--json"],
            cancellationToken: cancellationToken);
        Assert.That(sample.ExitCode, Is.Zero, sample.Error);
        var expected = JsonDocument.Parse(sample.Output).RootElement.GetProperty("tokens").EnumerateArray();

        Assert.That(await TokensAsync(Prompt, cancellationToken), Is.EqualTo(expected.Select(token => token.GetInt32())));
    }

    [Test]
    public async Task GenerateAsync_CancelledAmidAPrompt_EndsAndLeavesTheEngineWhole(CancellationToken cancellationToken)
    {
        var before = await TokensAsync(Prompt, cancellationToken);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var text = string.Concat(Enumerable.Repeat("There was once a shy owl called Hazel. ", 12));
        var generation = TokensAsync(text, source.Token);
        while (VulkanDevice.Engine.GetMetrics().RunningRequests == 0 && !generation.IsCompleted)
        {
            await Task.Delay(1, cancellationToken);
        }

        await source.CancelAsync();

        Assert.That(async () => await generation, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await TokensAsync(Prompt, cancellationToken), Is.EqualTo(before));
    }

    [Test]
    public async Task GenerateAsync_CancelledAmidAnAnswer_EndsAndLeavesTheEngineWhole(CancellationToken cancellationToken)
    {
        var before = await TokensAsync(Prompt, cancellationToken);
        using var source = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var received = new List<int>();

        Assert.That(
            async () =>
            {
                await foreach (var token in VulkanDevice.Engine.GenerateAsync(Prompt, Greedy, source.Token))
                {
                    received.Add(token.Id);
                    if (received.Count == 3)
                    {
                        await source.CancelAsync();
                    }
                }
            },
            Throws.InstanceOf<OperationCanceledException>());

        Assert.That(received, Is.EqualTo(before.Take(received.Count)).And.Count.InRange(3, Length - 1));
        Assert.That(await TokensAsync(Prompt, cancellationToken), Is.EqualTo(before));
    }

    private static async Task<List<int>> TokensAsync(string prompt, CancellationToken cancellationToken)
    {
        var tokens = new List<int>();
        await foreach (var token in VulkanDevice.Engine.GenerateAsync(prompt, Greedy, cancellationToken))
        {
            tokens.Add(token.Id);
        }

        return tokens;
    }
}
