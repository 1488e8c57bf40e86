using Lamina.TestSupport.Conventions;

namespace Lamina.Tests.Conventions;

/// <summary>
/// The conventions of Lamina, with the table of what its folders may use. What the process has one of, natively, is static.
/// </summary>
[TestFixture]
internal sealed class LaminaConventionTests() : AssemblyConventions(typeof(InferenceEngine).Assembly, Table, "NativeLog", "NativeOwner")
{
    private static Layers Table { get; } = new("Lamina", new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["Validation"] = [],
        ["Runtime"] = [],
        ["Files"] = [],
        ["Gguf"] = ["Files"],
        ["Bindings"] = ["Runtime", "Gguf"],
        ["Tokens"] = ["Runtime"],
        ["Sampling"] = ["Tokens", "Runtime"],
        ["Constraints"] = ["Tokens", "Runtime"],
        ["Chat"] = ["Constraints", "Tokens", "Runtime"],
        ["Sequences"] = ["Tokens", "Runtime", "Files"],
        ["Scheduling"] = ["Sequences", "Sampling", "Constraints", "Tokens", "Runtime"],
        ["Speculation"] = ["Scheduling", "Sequences", "Sampling", "Constraints", "Tokens", "Runtime"],
        ["Quantization"] = ["Runtime", "Gguf", "Files", "Charts"],
        ["Placement"] = ["Runtime"],
        ["Charts"] = [],

        // It chooses options of engines, so it stands above them.
        ["Tuning"] = ["", "Quantization", "Placement", "Runtime", "Gguf", "Charts"],
        ["Pooling"] = ["Tokens"],
    });
}
