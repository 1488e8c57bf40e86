using System.Diagnostics;
using Lamina.Benchmarks.Batching;
using Lamina.Benchmarks.Peers;

namespace Lamina.Benchmarks.Tests.Peers;

public sealed class PeerTaskTests
{
    [Test]
    public void FigureOf_Decode_IsTheTokensOfAllStreamsASecond()
    {
        var task = PeerTask.Decode(2);
        var timeline = new Timeline([Seconds(1, 2, 3, 4), Seconds(1, 2, 3, 4)]);
        Assert.That(task.FigureOf(timeline, started: 0), Is.EqualTo(2).Within(1e-6));
        Assert.That(task.FigureOf(seconds: task.GeneratedTokens - 1), Is.EqualTo(2).Within(1e-6));
    }

    [Test]
    public void FigureOf_Prefill_IsThePromptUntilTheFirstToken()
    {
        var timeline = new Timeline([Seconds(5)]);
        Assert.That(PeerTask.Prefill().FigureOf(timeline, Seconds(3)[0]), Is.EqualTo(256).Within(1e-6));
    }

    [Test]
    public void FigureOf_FirstToken_IsMilliseconds()
    {
        var timeline = new Timeline([Seconds(5)]);
        Assert.That(PeerTask.FirstToken().FigureOf(timeline, Seconds(3)[0]), Is.EqualTo(2000).Within(1e-6));
    }

    [Test]
    public void FigureOf_StreamsThatDidNotRunAtTheSameTime_Fails() => Assert.That(
        () => PeerTask.Decode(2).FigureOf(new Timeline([Seconds(1, 2), Seconds(3, 4)]), started: 0),
        Throws.TypeOf<PeerException>().With.Message.Contains("at the same time"));

    [Test]
    public void SpeedUp_TwiceAsFast_Is2InEitherUnit()
    {
        Assert.That(PeerTask.Decode(1).SpeedUp(100, 50), Is.EqualTo(2));
        Assert.That(PeerTask.FirstToken().SpeedUp(50, 100), Is.EqualTo(2));
    }

    private static long[] Seconds(params int[] seconds) => [.. seconds.Select(second => second * Stopwatch.Frequency)];
}
