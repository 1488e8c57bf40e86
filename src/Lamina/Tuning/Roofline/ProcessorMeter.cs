using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Lamina.Tuning.Roofline;

/// <summary>Measures what this machine's processor can do, in managed code.</summary>
public static class ProcessorMeter
{
    private const int Rounds = 8;
    private const int Steps = 4_000_000;
    private const int Chains = 12;
    private const long DefaultBufferBytes = 1L << 30;

    /// <summary>Measures memory and arithmetic, away from the caller's thread, in a second or two.</summary>
    /// <remarks>
    /// Memory: all threads read a buffer of their own, together <paramref name="bufferBytes"/>. Arithmetic: all threads
    /// multiply and add 32-bit numbers in their widest vectors, in enough independent chains to keep the processor busy. Each is
    /// the best of several rounds, since whatever else the machine does only takes away from it. Products of shorter numbers, as
    /// runtimes compute with quantized weights, can be faster than that.
    /// </remarks>
    /// <param name="threads">Threads that measure, from 1 to 512. Default: the processors that the process may use.</param>
    /// <param name="bufferBytes">
    /// The size of what is read, at least 65,536: far more than the caches hold. Default: 1 GiB, or an eighth of the memory that the
    /// process may use if that is less.
    /// </param>
    /// <param name="cancellationToken">Stops it between rounds.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static async Task<DeviceRates> MeasureAsync(
        int? threads = null, long? bufferBytes = null, CancellationToken cancellationToken = default)
    {
        var count = threads ?? Math.Min(Environment.ProcessorCount, 512);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(threads));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 512, nameof(threads));
        var size = bufferBytes ?? Math.Min(DefaultBufferBytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1 << 16, nameof(bufferBytes));

        // Memory belongs to the processor that touches it first, so each thread fills its own.
        var length = (int)Math.Min(size / count / sizeof(ulong), Array.MaxLength);
        ulong[][] buffers = [.. Enumerable.Range(0, count).Select(_ => GC.AllocateUninitializedArray<ulong>(length))];
        var sums = new double[count];
        var reading = await BestAsync(
            count,
            thread => buffers[thread].AsSpan().Fill((ulong)thread),
            thread => sums[thread] += Sum(buffers[thread]),
            cancellationToken).ConfigureAwait(false);
        var width = Vector512.IsHardwareAccelerated ? Vector512<float>.Count : Vector256<float>.Count;
        var computing = await BestAsync(
            count,
            static _ => { },
            thread => sums[thread] += width == Vector512<float>.Count ? Multiply512(Steps) : Multiply256(Steps),
            cancellationToken).ConfigureAwait(false);
        return new(
            $"{RuntimeInformation.ProcessArchitecture} processor, {count} {(count == 1 ? "thread" : "threads")}, vectors of {width}",
            (double)length * sizeof(ulong) * count / reading.TotalSeconds,
            2d * Steps * Chains * width * count / computing.TotalSeconds);
    }

    /// <summary>The shortest of several rounds in which all threads do their work at once.</summary>
    private static async Task<TimeSpan> BestAsync(int threads, Action<int> prepare, Action<int> work, CancellationToken cancellationToken)
    {
        var stamps = new List<long>();
        var isOver = false;
        using var barrier = new Barrier(threads, _ =>
        {
            stamps.Add(Stopwatch.GetTimestamp());
            isOver = stamps.Count > Rounds || cancellationToken.IsCancellationRequested;
        });
        await Task.WhenAll(Enumerable.Range(0, threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                prepare(thread);
                for (barrier.SignalAndWait(CancellationToken.None); !isOver; barrier.SignalAndWait(CancellationToken.None))
                {
                    work(thread);
                }
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default))).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        return stamps.Zip(stamps.Skip(1), Stopwatch.GetElapsedTime).Min();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static ulong Sum(ReadOnlySpan<ulong> values)
    {
        var vectors = MemoryMarshal.Cast<ulong, Vector<ulong>>(values);
        var (a, b, c, d) = (Vector<ulong>.Zero, Vector<ulong>.Zero, Vector<ulong>.Zero, Vector<ulong>.Zero);
        for (var i = 0; i + 3 < vectors.Length; i += 4)
        {
            a += vectors[i];
            b += vectors[i + 1];
            c += vectors[i + 2];
            d += vectors[i + 3];
        }

        return Vector.Sum(a + b + c + d);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Multiply512(int steps)
    {
        var (x, y) = (Vector512.Create(0.5f), Vector512.Create(1f));
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (y, y, y, y, y, y);
        for (var step = 0; step < steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(a, x, y);
            b = Vector512.FusedMultiplyAdd(b, x, y);
            c = Vector512.FusedMultiplyAdd(c, x, y);
            d = Vector512.FusedMultiplyAdd(d, x, y);
            e = Vector512.FusedMultiplyAdd(e, x, y);
            f = Vector512.FusedMultiplyAdd(f, x, y);
            g = Vector512.FusedMultiplyAdd(g, x, y);
            h = Vector512.FusedMultiplyAdd(h, x, y);
            i = Vector512.FusedMultiplyAdd(i, x, y);
            j = Vector512.FusedMultiplyAdd(j, x, y);
            k = Vector512.FusedMultiplyAdd(k, x, y);
            l = Vector512.FusedMultiplyAdd(l, x, y);
        }

        return Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static float Multiply256(int steps)
    {
        var (x, y) = (Vector256.Create(0.5f), Vector256.Create(1f));
        var (a, b, c, d, e, f) = (x, x, x, x, x, x);
        var (g, h, i, j, k, l) = (y, y, y, y, y, y);
        for (var step = 0; step < steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(a, x, y);
            b = Vector256.FusedMultiplyAdd(b, x, y);
            c = Vector256.FusedMultiplyAdd(c, x, y);
            d = Vector256.FusedMultiplyAdd(d, x, y);
            e = Vector256.FusedMultiplyAdd(e, x, y);
            f = Vector256.FusedMultiplyAdd(f, x, y);
            g = Vector256.FusedMultiplyAdd(g, x, y);
            h = Vector256.FusedMultiplyAdd(h, x, y);
            i = Vector256.FusedMultiplyAdd(i, x, y);
            j = Vector256.FusedMultiplyAdd(j, x, y);
            k = Vector256.FusedMultiplyAdd(k, x, y);
            l = Vector256.FusedMultiplyAdd(l, x, y);
        }

        return Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l);
    }
}
