using Lamina.TestSupport.Conventions;

namespace Lamina.LLamaSharp.Tests.Conventions;

/// <summary>The conventions of Lamina.LLamaSharp, which is one folder.</summary>
[TestFixture]
internal sealed class LLamaSharpConventionTests() : AssemblyConventions(
    typeof(LLamaSharpRuntime).Assembly,
    new("Lamina.LLamaSharp", new Dictionary<string, string[]>(StringComparer.Ordinal)));
