using System.Diagnostics;
using Lamina.Sequences;

namespace Lamina.Tests.Sequences;

internal sealed class SessionFileKillTests
{
    private const int Kills = 15;

    [Test]
    public async Task Save_ProcessIsKilled_FileIsAlwaysOneOfTheWholeVersions()
    {
        using var folder = new SessionFolder();
        var states = Enumerable.Range(0, 4).Select(i => SessionFolder.Create(i, 50, 100 + i, (1 << 19) * (i + 1))).ToArray();
        string[] sources = [.. states.Select((_, i) => folder[$"version {i}"])];
        foreach (var (state, source) in states.Zip(sources))
        {
            await state.SaveAsync(source);
        }

        File.Copy(sources[0], folder["target"]);
        var random = new Random(11);
        for (var kill = 0; kill < Kills; kill++)
        {
            await KillAsync([folder["target"], .. sources], TimeSpan.FromMilliseconds(random.NextDouble() * 60));
            using var found = await SequenceState.LoadAsync(folder["target"]);
            var expected = states[found.Tokens[0]];
            Assert.That(found.Tokens, Is.EqualTo(expected.Tokens), $"kill {kill}");
            Assert.That(found.Block.Bytes.Span.SequenceEqual(expected.Block.Bytes.Span), Is.True, $"kill {kill}");
        }

        Assert.That(folder.Names.Count() - sources.Length - 1, Is.Positive, "else no kill came in the midst of a save");
        Array.ForEach(states, state => state.Dispose());
    }

    /// <summary>Lets a process save for some time and kills it.</summary>
    private static async Task KillAsync(string[] arguments, TimeSpan after)
    {
        var probe = Path.Combine(AppContext.BaseDirectory, "Lamina.SaveProbe.dll");
        var host = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        using var process = Process.Start(new ProcessStartInfo(host, [probe, .. arguments])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var line = await process.StandardOutput.ReadLineAsync();
        await Task.Delay(after);
        process.Kill();
        await process.WaitForExitAsync();
        Assert.That(line, Is.EqualTo("saving"));
        Assert.That(process.ExitCode, Is.Not.Zero, "it was still saving");
    }
}
