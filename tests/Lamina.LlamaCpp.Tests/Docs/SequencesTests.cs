using Lamina.Sequences;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/sequences.md.</summary>
public sealed class SequencesTests : PageFixture
{
    [Test]
    public async Task Sequence_IsForkedRewoundAndSaved()
    {
        var engine = await TestEngines.TrainedAsync();
        var options = new GenerationOptions { MaxTokens = 10, Sampling = new() { Temperature = 0 } };

        using var story = await engine.OpenSequenceAsync();
        await story.AppendAsync("Once upon a time there was a fox who");
        var forks = story.Fork(4);
        var endings = await Task.WhenAll(forks.Select(fork => fork.CompleteAsync(options)));
        story.Rewind(story.Length - 1);

        await story.SaveAsync("story.session");
        using var later = await engine.OpenSequenceAsync();
        await later.LoadAsync("story.session");

        using var state = await story.GetStateAsync();
        using var copy = await engine.OpenSequenceAsync();
        copy.SetState(state);
        Console.WriteLine($"{state.Tokens.Length} tokens, {state.ByteCount / 1e3:F0} KB");

        Assert.That(endings.Select(ending => ending.Text).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(1));
        Assert.That(later.Tokens, Is.EqualTo(story.Tokens));
        Assert.That(copy.Tokens, Is.EqualTo(story.Tokens));
        foreach (var fork in forks)
        {
            fork.Dispose();
        }
    }

    [Test]
    public async Task Overflow_GoesOnWithoutTheOldest()
    {
        await using var engine = await LlamaCpp.LoadAsync("model.gguf", new() { ContextSize = 128 });
        var instructions = Prompt.FromMarkup("<|im_start|>system\nBe brief.<|im_end|>\n");

        var endless = new GenerationOptions { MaxTokens = 300, Overflow = ContextOverflow.Shift(keepPrompt: instructions) };

        var withoutEnd = engine.Tokenizer.ControlTokens.ToDictionary(token => token, _ => float.NegativeInfinity);
        var story = await engine.CompleteAsync(
            instructions + "Once upon a time", endless with { Sampling = new() { Temperature = 0, LogitBias = withoutEnd } });
        Assert.That(story.Usage.GeneratedTokens, Is.EqualTo(300));
    }
}
