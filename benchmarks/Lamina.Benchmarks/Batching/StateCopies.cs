using System.Buffers;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Batching;

/// <summary>What a decoder does when a sequence is forked or parked.</summary>
internal static class StateCopies
{
    /// <summary>Seconds of forking the first sequence by its state, once out and so often in.</summary>
    public static double ForkByState(IDecoder decoder, int forks)
    {
        ClearForks(decoder, forks);
        return WithState(decoder, state => Turns.Seconds(() =>
        {
            decoder.SaveState(0, state.Span);
            for (var fork = 1; fork <= forks; fork++)
            {
                Load(decoder, fork, state, decoder.GetLength(0));
            }
        }));
    }

    /// <summary>Seconds of forking the first sequence by sharing its cells.</summary>
    public static double ForkBySharing(IDecoder decoder, int forks)
    {
        ClearForks(decoder, forks);
        return Turns.Seconds(() =>
        {
            for (var fork = 1; fork <= forks; fork++)
            {
                decoder.Share(0, fork, decoder.GetLength(0));
            }
        });
    }

    /// <summary>Seconds of taking the first sequence out of the decoder and putting it back.</summary>
    public static double Park(IDecoder decoder) => WithState(decoder, state => Turns.Seconds(() =>
    {
        var length = decoder.GetLength(0);
        decoder.SaveState(0, state.Span);
        decoder.Clear(0);
        Load(decoder, 0, state, length);
    }));

    private static void Load(IDecoder decoder, int sequence, Memory<byte> state, int length)
    {
        if (!decoder.LoadState(sequence, state.Span, length))
        {
            throw new InvalidOperationException($"Sequence {sequence} found no room.");
        }
    }

    private static void ClearForks(IDecoder decoder, int forks)
    {
        for (var fork = 1; fork <= forks; fork++)
        {
            decoder.Clear(fork);
        }
    }

    /// <summary>Lends memory as the engine does, from the pool.</summary>
    private static double WithState(IDecoder decoder, Func<Memory<byte>, double> work)
    {
        var size = (int)decoder.GetStateSize(0);
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            return work(buffer.AsMemory(0, size));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
