using System.Diagnostics;

namespace Lamina.LlamaCpp.Tests.Placement;

/// <summary>A process has one strategy, so each test has a process.</summary>
public sealed class NumaStrategyTests
{
    [OneTimeSetUp]
    public void OnLinux()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("Strategies are for Linux.");
        }
    }

    [Test]
    public async Task Strategies_ASecondOne_IsRefused()
    {
        var lines = await ChooseAsync("Disabled", "Distribute", "Distribute", "Isolate", "Affinity", "Disabled");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[..3], Is.All.EqualTo("ran"), "none asks for nothing, and the same again is no other");
            Assert.That(lines[3], Does.Contain("NumaStrategy was Isolate, and this process has Distribute already"));
            Assert.That(lines[4], Does.Contain("NumaStrategy was Disabled, and this process has Distribute already"));
            Assert.That(lines[5], Is.EqualTo("ran"));
        }
    }

    [Test]
    public async Task Strategies_AfterAnEngineWithItsOwnCpus_AreRefused()
    {
        var lines = await ChooseAsync("Affinity", "Numactl", "Affinity");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(lines[0], Is.EqualTo("ran"));
            Assert.That(lines[1], Does.Contain("NumaStrategy was Numactl, and this process has Disabled already"));
            Assert.That(lines[2], Is.EqualTo("ran"));
        }
    }

    private static async Task<string[]> ChooseAsync(params string[] choices)
    {
        var probe = Path.Combine(AppContext.BaseDirectory, "Lamina.PlacementProbe.dll");
        using var process = Process.Start(new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [probe, "choices", TestEngines.TinyPath, .. choices])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
        })!;
        var lines = (await process.StandardOutput.ReadToEndAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        await process.WaitForExitAsync();
        Assert.That((process.ExitCode, lines.Length), Is.EqualTo((0, choices.Length)));
        return lines;
    }
}
