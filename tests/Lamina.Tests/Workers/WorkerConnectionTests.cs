using System.Collections.Concurrent;
using System.IO.Pipes;
using Lamina.Sequences;
using Lamina.Tests.Fakes;
using Lamina.Workers;

namespace Lamina.Tests.Workers;

internal sealed class WorkerConnectionTests
{
    [Test]
    public async Task Send_MessagesWithBytes_ComeInOrder()
    {
        var found = new ConcurrentQueue<(long Id, WorkerMessage Message, int Bytes)>();
        var closed = new TaskCompletionSource<Exception?>();
        using var pipe = new AnonymousPipeServerStream(PipeDirection.Out);
        using var end = new AnonymousPipeClientStream(PipeDirection.In, pipe.ClientSafePipeHandle);
        var receiver = new WorkerConnection(
            end, Stream.Null, (id, message, bytes) => found.Enqueue((id, message, bytes.Length)), closed.SetResult);
        _ = receiver.RunAsync();
        var sender = new WorkerConnection(Stream.Null, pipe, (_, _, _) => { }, _ => { });
        var sending = sender.RunAsync();
        for (var i = 0; i < 1000; i++)
        {
            _ = sender.SendAsync(i, new WorkerMessage.Grant(i), new byte[i * 100]);
        }

        sender.Complete();
        await sending.WaitAsync(Eventually.Patience);
        Assert.That(await closed.Task.WaitAsync(Eventually.Patience), Is.Null);
        Assert.That(found, Is.EqualTo(Enumerable.Range(0, 1000).Select(i => ((long)i, (WorkerMessage)new WorkerMessage.Grant(i), i * 100))));
        Assert.That(sender.SendAsync(1, new WorkerMessage.Cancel()).IsCompleted, Is.True, "what comes later is dropped");
    }

    [Test]
    public async Task Receive_SomethingElse_IsAFault()
    {
        var closed = new TaskCompletionSource<Exception?>();
        using var input = new MemoryStream("Welcome to this program, which writes a banner.\n"u8.ToArray());
        _ = new WorkerConnection(input, Stream.Null, (_, _, _) => { }, closed.SetResult).RunAsync();
        Assert.That(
            await closed.Task.WaitAsync(Eventually.Patience),
            Is.TypeOf<InvalidDataException>().With.Message.Contains("'Welcome to this prog'"));
    }

    [Test]
    public async Task Receive_CutWithinAMessage_JustEnds()
    {
        var closed = new TaskCompletionSource<Exception?>();
        using var whole = new MemoryStream();
        var sender = new WorkerConnection(Stream.Null, whole, (_, _, _) => { }, _ => { });
        var sending = sender.RunAsync();
        _ = sender.SendAsync(1, new WorkerMessage.Encode("some text"));
        sender.Complete();
        await sending;
        using var input = new MemoryStream(whole.ToArray()[..^3]);
        var found = 0;
        _ = new WorkerConnection(input, Stream.Null, (_, _, _) => found++, closed.SetResult).RunAsync();
        Assert.That(await closed.Task.WaitAsync(Eventually.Patience), Is.Null);
        Assert.That(found, Is.Zero);
    }

    [Test]
    public void State_InParts_IsPutTogether()
    {
        var header = new StateHeader("model", "format", [1, 2, 3], 2, 1, 5);
        var receiver = new StateReceiver(header);
        receiver.Add([1, 2, 3]);
        Assert.That(receiver.Whole.IsCompleted, Is.False);
        receiver.Add([4, 5]);
        Assert.That(receiver.Whole.IsCompleted, Is.True);
        using var state = receiver.Take();
        receiver.Release();
        Assert.That(state.Block.Bytes.ToArray(), Is.EqualTo(new byte[] { 1, 2, 3, 4, 5 }));
        var again = StateHeader.Of(state);
        Assert.That(again with { Tokens = header.Tokens }, Is.EqualTo(header));
        Assert.That(again.Tokens, Is.EqualTo(header.Tokens));
    }

    [Test]
    public void Change_OfASequence_IsWhatTheOtherSideNeeds()
    {
        using var inner = new CountedSequence();
        var hosted = new HostedSequence(inner);
        var known = new List<int>();
        foreach (var (tokens, added) in new (int[], int?)[]
        {
            ([1, 2, 3], null), ([1, 2, 3, 4], 4), ([1, 2, 3, 4], -1), ([1, 4, 5], 5), ([1, 4], null), ([1, 4], null), ([], null),
        })
        {
            inner.Tokens = [.. tokens];
            hosted.TakeChange(added)?.Apply(known);
            Assert.That(known, Is.EqualTo(tokens));
        }
    }

    private sealed class CountedSequence : ISequence
    {
        public System.Collections.Immutable.ImmutableArray<int> Tokens { get; set; } = [];

        public int Length => Tokens.Length;

        public Task AppendAsync(Lamina.Tokens.Prompt prompt, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public IAsyncEnumerable<Lamina.Tokens.Token> GenerateAsync(
            GenerationOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<TextScore> ScoreAsync(Lamina.Tokens.Prompt text, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public ISequence Fork() => throw new NotSupportedException();

        public void Rewind(int length) => throw new NotSupportedException();

        public void Trim(Range range) => throw new NotSupportedException();

        public Task<SequenceState> GetStateAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public void SetState(SequenceState state) => throw new NotSupportedException();

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => default;
    }
}
