using Lamina.TestSupport.Conventions;
using Lamina.Workers;

namespace Lamina.Tests.Conventions;

/// <summary>The conventions of Lamina.Workers, which is one folder.</summary>
[TestFixture]
internal sealed class WorkersConventionTests() : AssemblyConventions(
    typeof(WorkerEngine).Assembly,
    new("Lamina.Workers", new Dictionary<string, string[]>(StringComparer.Ordinal)));
