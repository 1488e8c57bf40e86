namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>What a process left.</summary>
internal sealed record SampleResult(int ExitCode, string Output, string Error)
{
    /// <summary>Asserts that it failed, and said so in one line.</summary>
    public void AssertOneLine(int exitCode, string expected) => Assert.Multiple(() =>
    {
        Assert.That(ExitCode, Is.EqualTo(exitCode), Error);
        Assert.That(Output, Is.Empty);
        Assert.That(Error, Does.StartWith("error: ").And.Contain(expected));
        Assert.That(Error.TrimEnd().ReplaceLineEndings("\n"), Does.Not.Contain("\n"));
    });
}
