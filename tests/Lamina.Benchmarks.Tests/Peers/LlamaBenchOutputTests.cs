using Lamina.Benchmarks.Peers;

namespace Lamina.Benchmarks.Tests.Peers;

public sealed class LlamaBenchOutputTests
{
    [Test]
    public void ReadSpeed_OneTest_IsItsTokensASecond() => Assert.That(
        LlamaBenchOutput.ReadSpeed("""
            [
              {
                "build_commit": "8cf427ff", "n_threads": 2, "n_prompt": 512, "n_gen": 0, "n_depth": 0,
                "avg_ns": 72135640, "stddev_ns": 0, "avg_ts": 7100.002165, "stddev_ts": 0.000000,
                "samples_ns": [ 72135640 ], "samples_ts": [ 7100 ]
              }
            ]
            """),
        Is.EqualTo(7100.002165));

    [TestCase("")]
    [TestCase("error: unable to load model")]
    [TestCase("[]")]
    [TestCase("{}")]
    [TestCase("[1]")]
    [TestCase("""[{"n_gen": 64}]""")]
    [TestCase("""[{"avg_ts": "fast"}]""")]
    [TestCase("""[{"avg_ts": 0}]""")]
    [TestCase("""[{"avg_ts": 1.5}, {"avg_ts": 2.5}]""")]
    public void ReadSpeed_SomethingElse_FailsWithWhatWasWritten(string json) => Assert.That(
        () => LlamaBenchOutput.ReadSpeed(json),
        Throws.TypeOf<PeerException>().With.Message.Contains("llama-bench should write").And.Message.EndsWith(json));
}
