using System.Globalization;
using System.Runtime.InteropServices;
using Lamina.Packages.Tests.Support;

namespace Lamina.Packages.Tests.Apps;

/// <summary>A program compiled ahead of time.</summary>
[CancelAfter(480_000)]
public sealed class NativeAotTests
{
    private const string Program = """
        using System.Diagnostics;
        using Lamina;
        using Lamina.LlamaCpp;

        await using var engine = await LlamaCpp.LoadAsync(TinyModel.Path);
        await foreach (var token in engine.GenerateAsync("Once upon a time", new() { MaxTokens = 1 }))
            Console.WriteLine((DateTime.Now - Process.GetCurrentProcess().StartTime).TotalMilliseconds.ToString("F0"));
        """;

    private static readonly string[] Linkers = OperatingSystem.IsWindows() ? [] : ["clang", "gcc"];

    /// <summary>The time is told, not tested: it is the machine's as well.</summary>
    [Test]
    public async Task Publish_Aot_RunsWithoutWarnings(CancellationToken cancellationToken)
    {
        if (!Linkers.Any(IsInstalled))
        {
            Assert.Ignore("NativeAOT needs a linker: clang or gcc.");
        }

        var app = await App.CreateAsync("console", "ahead", ["Lamina.Backend.Cpu", "Lamina.TinyModel"], Program);

        // Each warning by itself, not one for an assembly, and none that is let through.
        var (folder, said) = await app.PublishAsync(
            "native",
            ["-r", RuntimeInformation.RuntimeIdentifier, "-p:PublishAot=true", "-p:TrimmerSingleWarn=false", "-p:TreatWarningsAsErrors=true"],
            cancellationToken);
        Assert.That(said, Does.Not.Contain("warning"));

        var times = new List<double>();
        for (var i = 0; i < 5; i++)
        {
            times.Add(double.Parse(await app.RunPublishedAsync(folder, cancellationToken), CultureInfo.InvariantCulture));
        }

        var program = new FileInfo(Path.Combine(folder, "ahead"));
        TestContext.Out.WriteLine(
            $"NativeAOT: {times.Order().ElementAt(2):F0} ms from the start of the process to the first token (median of 5, "
            + $"{times.Min():F0} to {times.Max():F0}); the program has {program.Length / 1e6:F1} MB.");
    }

    private static bool IsInstalled(string program) => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, program)));
}
