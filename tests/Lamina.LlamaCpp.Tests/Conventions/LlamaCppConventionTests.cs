using Lamina.TestSupport.Conventions;

namespace Lamina.LlamaCpp.Tests.Conventions;

/// <summary>The conventions of Lamina.LlamaCpp. What the process has one of, natively, is static there too.</summary>
[TestFixture]
internal sealed class LlamaCppConventionTests()
    : AssemblyConventions(typeof(LlamaCppRuntime).Assembly, Table, "NativeLibraries", "NumaChoice")
{
    private static Layers Table { get; } =
        new("Lamina.LlamaCpp", new Dictionary<string, string[]>(StringComparer.Ordinal) { ["Interop"] = [] });
}
