using Lamina.Benchmarks.Soak;

namespace Lamina.LlamaCpp.Tests.Engine;

/// <summary>A short soak; the long one is the verb of that name in the benchmarks.</summary>
public sealed class SoakTests
{
    [Test]
    public async Task RunAsync_RequestsOfEveryKind_EndAsTheyShould()
    {
        var faults = await SoakRun.RunAsync(new(TestEngines.TinyPath, Requests: 1500, Seed: 1), TestContext.Out);

        Assert.That(faults, Is.Empty);
    }
}
