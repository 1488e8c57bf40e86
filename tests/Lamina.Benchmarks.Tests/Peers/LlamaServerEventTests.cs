using Lamina.Benchmarks.Peers;

namespace Lamina.Benchmarks.Tests.Peers;

public sealed class LlamaServerEventTests
{
    [TestCase("""data: {"index":0,"content":" fox","tokens":[2981],"stop":false,"id_slot":0,"tokens_predicted":1}""", 1)]
    [TestCase("""data: {"index":0,"content":"é","tokens":[195,169],"stop":false}""", 2)]
    [TestCase("""data: {"index":0,"content":"","tokens":[],"stop":true,"timings":{"predicted_n":64}}""", 0)]
    [TestCase("""data: {"prompt_progress":{"total":5}}""", 0)]
    [TestCase("", 0)]
    [TestCase(": ping", 0)]
    public void CountTokens_ALineOfAStream_IsItsTokens(string line, int expected) =>
        Assert.That(LlamaServerEvent.CountTokens(line), Is.EqualTo(expected));

    [TestCase("""data: {"error":{"code":400,"message":"the prompt is too long"}}""", "the prompt is too long")]
    [TestCase("""error: {"code":500,"message":"no slot"}""", "no slot")]
    [TestCase("data: [DONE", "[DONE")]
    [TestCase("""data: {"tokens":3}""", "\"tokens\":3")]
    [TestCase("data: 7", "7")]
    public void CountTokens_AnErrorOrSomethingElse_FailsWithTheLine(string line, string expected) => Assert.That(
        () => LlamaServerEvent.CountTokens(line), Throws.TypeOf<PeerException>().With.Message.Contains(expected));
}
