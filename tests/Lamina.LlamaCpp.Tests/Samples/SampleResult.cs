namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>What a process left.</summary>
internal sealed record SampleResult(int ExitCode, string Output, string Error);
