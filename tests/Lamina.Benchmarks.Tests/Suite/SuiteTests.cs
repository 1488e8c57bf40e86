using System.Reflection;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Running;
using Lamina.Benchmarks.Suite;

namespace Lamina.Benchmarks.Tests.Suite;

/// <summary>Whether the suite runs; how fast anything is, no test says.</summary>
[NonParallelizable]
public sealed class SuiteTests
{
    private static IEnumerable<Type> Benchmarks => SuiteCommand.Benchmarks;

    /// <summary>One thread does not wait for another, which other tests may keep from running.</summary>
    [OneTimeSetUp]
    public void SetThreads() => Environment.SetEnvironmentVariable(BenchmarkModel.ThreadsVariable, "1");

    [OneTimeTearDown]
    public void UnsetThreads() => Environment.SetEnvironmentVariable(BenchmarkModel.ThreadsVariable, null);

    [TestCase(0, "SamplerBenchmarks.Lamina", "--list", "flat")]
    [TestCase(1, "*Nothing*", "--filter", "*Nothing*")]
    [TestCase(1, "exporter \"paper\"", "--exporters", "json,paper")]
    public async Task Run_NothingToMeasure_SaysWhyByItsExitCode(int exitCode, string expected, params string[] arguments)
    {
        var (code, output, _) = await BenchmarksProcess.RunAsync(CancellationToken.None, ["run", "--job", "dry", .. arguments]);
        Assert.That(output, Does.Contain(expected));
        Assert.That(code, Is.EqualTo(exitCode));
    }

    [TestCase("0")]
    [TestCase("many")]
    public void Threads_NoNumber_IsRefusedByName(string text)
    {
        Environment.SetEnvironmentVariable(BenchmarkModel.ThreadsVariable, text);
        Assert.That(
            () => BenchmarkModel.Threads,
            Throws.InvalidOperationException.With.Message.EqualTo($"LAMINA_BENCHMARK_THREADS must be a number of at least 1, and is '{text}'."));
        SetThreads();
    }

    [Test]
    public void Benchmarks_AllClasses_AreInTheSuite() => Assert.That(
        SuiteCommand.Benchmarks,
        Is.EquivalentTo(typeof(SuiteBenchmarks).Assembly.GetTypes().Where(type => type.IsPublic && MethodsOf(type).Any())));

    [TestCaseSource(nameof(Benchmarks))]
    public void Benchmarks_AClass_HasOneBaseline(Type benchmarks) => Assert.That(
        MethodsOf(benchmarks).Count(method => method.GetCustomAttribute<BenchmarkAttribute>()!.Baseline), Is.EqualTo(1));

    [TestCaseSource(nameof(Benchmarks))]
    [CancelAfter(180_000)]
    public void Run_AClassOnTheTinyModel_Succeeds(Type benchmarks)
    {
        var folder = Directory.CreateTempSubdirectory("lamina-suite-test-");
        try
        {
            var summary = BenchmarkRunner.Run(benchmarks, SuiteCommand.Configure(SuiteJobs.Dry).WithArtifactsPath(folder.FullName));
            Assert.That(summary.ValidationErrors.Where(error => error.IsCritical), Is.Empty);
            Assert.That(summary.BenchmarksCases, Has.Length.GreaterThanOrEqualTo(2));
            Assert.That(summary.Reports.Where(report => !report.Success).Select(report => report.BenchmarkCase.DisplayInfo), Is.Empty);
            Assert.That(summary.Reports, Has.Length.EqualTo(summary.BenchmarksCases.Length));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IEnumerable<MethodInfo> MethodsOf(Type type) =>
        type.GetMethods().Where(method => method.GetCustomAttribute<BenchmarkAttribute>() is not null);
}
