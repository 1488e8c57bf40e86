using System.Runtime.CompilerServices;
using Lamina.Bindings;
using Lamina.Runtime;

namespace Lamina.Tests.Fakes;

/// <summary>Keeps the tokens of each sequence, as a KV cache does, and holds its caller to the contract.</summary>
internal sealed partial class FakeDecoder : IDecoder
{
    private readonly FakeRuntime _runtime;
    private readonly int _thread = Environment.CurrentManagedThreadId;
    private readonly List<int>[] _sequences;
    private readonly List<object>[] _cells; // a cell that sequences share is one object
    private readonly Dictionary<int, int[]> _outputs = [];
    private readonly HashSet<int> _inBatch = [];
    private readonly ManualResetEventSlim _abort = new();
    private int _disposals;
    private int _aborts;

    public FakeDecoder(FakeRuntime runtime, DecoderOptions options)
    {
        _runtime = runtime;
        Options = options;
        _sequences = [.. Enumerable.Range(0, options.SequenceCount).Select(_ => new List<int>())];
        _cells = [.. Enumerable.Range(0, options.SequenceCount).Select(_ => new List<object>())];
    }

    public DecoderOptions Options { get; }

    public int EmbeddingLength => _runtime.Info.EmbeddingLength;

    public int Disposals => Volatile.Read(ref _disposals);

    /// <summary>How often a computation was told to stop.</summary>
    public int Aborts => Volatile.Read(ref _aborts);

    /// <summary>How often each sequence was cleared.</summary>
    public Dictionary<int, int> Clears { get; } = [];

    /// <summary>Blocks until <see cref="Abort"/>, or fails.</summary>
    public void AwaitAbort() => Expect(_abort.Wait(TimeSpan.FromSeconds(20)), "nothing aborted a computation that waited for it");

    public DecodeStatus Decode(DecodeBatch batch)
    {
        Guard();
        Check(batch);
        _outputs.Clear();
        _inBatch.Clear();
        var tokens = Enumerable.Range(0, batch.Count)
            .Select(i => new FakeBatchToken(batch.Tokens[i], batch.Positions[i], batch.Sequences[i], batch.Outputs[i]))
            .ToArray();
        var record = new FakeBatch(_runtime.Batches.Count, tokens, this);
        _runtime.Batches.Enqueue(record);
        var status = _runtime.OnDecode?.Invoke(record)
            ?? (_abort.IsSet ? DecodeStatus.Aborted : DecodeStatus.Success);
        if (status == DecodeStatus.Success && UsedCells + tokens.Length > Options.CellCount)
        {
            return DecodeStatus.NoRoom;
        }

        if (status == DecodeStatus.Success)
        {
            Compute(tokens);
        }

        return status;
    }

    public ReadOnlySpan<float> GetLogits(int index)
    {
        Guard();
        Expect(!Options.Embeddings, "logits asked of a decoder that pools", nameof(index));
        return _outputs.TryGetValue(index, out var tokens)
            ? _runtime.LogitsAfter(tokens)
            : throw new ArgumentOutOfRangeException(nameof(index), index, "No output there.");
    }

    public ReadOnlySpan<float> GetEmbedding(int sequence)
    {
        Guard();
        Expect(Options.Embeddings, "an embedding asked of a decoder that does not pool", nameof(sequence));
        return _inBatch.Contains(sequence)
            ? _runtime.Embedding(_sequences[sequence])
            : throw new ArgumentOutOfRangeException(nameof(sequence), sequence, "Not in the batch.");
    }

    public void Clear(int sequence)
    {
        Guard();
        ExpectSequence(sequence);
        Release(sequence, 0);
        Clears[sequence] = Clears.GetValueOrDefault(sequence) + 1;
    }

    public void Abort()
    {
        Expect(Disposals == 0, "abort after disposal");
        Interlocked.Increment(ref _aborts);
        _abort.Set();
    }

    public void ResetAbort()
    {
        Expect(Disposals == 0, "reset of the abort after disposal");
        _abort.Reset();
    }

    public void Dispose()
    {
        Expect(Environment.CurrentManagedThreadId == _thread, "disposal on another thread");
        Interlocked.Increment(ref _disposals);
    }

    private void Check(DecodeBatch batch)
    {
        try
        {
            BatchGuard.Check(batch, Options, _runtime.Info.VocabularySize, [.. _sequences.Select(sequence => sequence.Count)]);
        }
        catch (ArgumentException e)
        {
            _runtime.Breaches.Enqueue(e.Message);
            throw;
        }

        foreach (var sequence in batch.Sequences)
        {
            Expect(!Options.Embeddings || _sequences[sequence].Count == 0, "a pooled text in two parts", nameof(batch));
        }
    }

    private void Compute(FakeBatchToken[] tokens)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            _inBatch.Add(tokens[i].Sequence);
            _sequences[tokens[i].Sequence].Add(tokens[i].Token);
            _cells[tokens[i].Sequence].Add(new());
            if (tokens[i].Output)
            {
                _outputs.Add(i, [.. _sequences[tokens[i].Sequence]]);
            }
        }
    }

    private void Guard([CallerMemberName] string member = "")
    {
        Expect(Environment.CurrentManagedThreadId == _thread, $"{member} on another thread");
        Expect(Disposals == 0, $"{member} after disposal");
        _runtime.OnCall?.Invoke(member);
    }

    private void ExpectSequence(int sequence, [CallerArgumentExpression(nameof(sequence))] string argument = "") =>
        Expect((uint)sequence < (uint)_sequences.Length, $"sequence {sequence}", argument);

    /// <summary>Writes a breach down, and throws what a runtime does: for an argument, or for a call at a wrong time.</summary>
    private void Expect(bool condition, string breach, string? argument = null)
    {
        if (!condition)
        {
            _runtime.Breaches.Enqueue(breach);
            throw argument is null ? new InvalidOperationException(breach) : new ArgumentOutOfRangeException(argument, breach);
        }
    }
}
