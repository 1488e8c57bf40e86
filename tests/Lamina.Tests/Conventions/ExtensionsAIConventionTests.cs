using Lamina.Extensions.AI;
using Lamina.TestSupport.Conventions;

namespace Lamina.Tests.Conventions;

/// <summary>The conventions of Lamina.Extensions.AI, which is one folder.</summary>
[TestFixture]
internal sealed class ExtensionsAIConventionTests() : AssemblyConventions(
    typeof(InferenceEngineChatClientExtensions).Assembly,
    new("Lamina.Extensions.AI", new Dictionary<string, string[]>(StringComparer.Ordinal)));
