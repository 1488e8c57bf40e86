using System.Runtime.ExceptionServices;

namespace Lamina.Bindings;

/// <summary>
/// What a native library does for a decoder. <see cref="SequenceDecoder"/> stands above it and checks everything first,
/// so that what comes here is in range; it calls on the decoder's own thread, but for the abort flag.
/// </summary>
internal interface INativeContext : IDisposable
{
    /// <summary>The library's name, for people.</summary>
    string Library { get; }

    /// <summary>What makes a state one of this library and of no other: the first words of the decoder's state format.</summary>
    string StateKind { get; }

    /// <summary>Whether it is disposed of.</summary>
    bool IsDisposed { get; }

    /// <summary>Where a running computation looks for whether it is to stop.</summary>
    AbortFlag Abort { get; }

    /// <summary>Whether it keeps anything of the tokens that it has read. Without, cells and states are not asked for.</summary>
    bool HasMemory { get; }

    /// <summary>Cells of each stream: of each sequence, or of all together where they share them.</summary>
    long StreamCells { get; }

    /// <summary>Whether cells can be given other positions.</summary>
    bool CanMove { get; }

    /// <summary>Length of a pooled embedding.</summary>
    int EmbeddingLength { get; }

    /// <summary>Begins a batch, which is computed in one or several calls.</summary>
    void BeginBatch();

    /// <summary>Ends a batch.</summary>
    /// <returns>What an observer has thrown in it, or null.</returns>
    ExceptionDispatchInfo? EndBatch();

    /// <summary>Computes tokens.</summary>
    /// <param name="batch">The tokens.</param>
    /// <param name="errors">What the library said of errors; empty where nothing.</param>
    /// <returns>0 where it has; 1 where there was no room; 2 where it was stopped; anything else is a failure.</returns>
    int Compute(NativeBatch batch, out string errors);

    /// <summary>Logits of a token of the last call; empty where there are none.</summary>
    /// <param name="index">Its index there.</param>
    ReadOnlySpan<float> GetLogits(int index);

    /// <summary>The pooled embedding of a sequence of the last batch; empty where there is none.</summary>
    /// <param name="sequence">The sequence.</param>
    ReadOnlySpan<float> GetEmbedding(int sequence);

    /// <summary>Frees a sequence's cells.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="start">The first position.</param>
    /// <param name="end">The position after the last; -1 for all from the first on.</param>
    /// <returns>Whether it has.</returns>
    bool Remove(int sequence, int start, int end);

    /// <summary>Gives a sequence's cells from a position on others, by the next computation.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="start">The first position.</param>
    /// <param name="distance">What is added to each.</param>
    void Move(int sequence, int start, int distance);

    /// <summary>Gives an empty sequence the first cells of another of the same stream.</summary>
    /// <param name="source">The other.</param>
    /// <param name="destination">The empty one.</param>
    /// <param name="length">How many.</param>
    void Share(int source, int destination, int length);

    /// <summary>The least position of a sequence's cells, or -1.</summary>
    /// <param name="sequence">The sequence.</param>
    int FirstPosition(int sequence);

    /// <summary>The largest position of a sequence's cells, or -1.</summary>
    /// <param name="sequence">The sequence.</param>
    int LastPosition(int sequence);

    /// <summary>Bytes of a sequence's state.</summary>
    /// <param name="sequence">The sequence.</param>
    long StateSize(int sequence);

    /// <summary>Copies a state out.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="destination">As large as the state.</param>
    /// <param name="errors">What the library said of errors.</param>
    /// <returns>Whether it wrote so many bytes.</returns>
    bool GetState(int sequence, Span<byte> destination, out string errors);

    /// <summary>Copies a state in.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="state">The state.</param>
    /// <param name="errors">What the library said of errors.</param>
    /// <returns>Whether it read so many bytes.</returns>
    bool SetState(int sequence, ReadOnlySpan<byte> state, out string errors);
}
