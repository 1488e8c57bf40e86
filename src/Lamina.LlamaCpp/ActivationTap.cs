using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp;

/// <summary>
/// Shows an observer what weights are multiplied by, from within a computation: native code asks of each step whether
/// it is wanted, and computes up to there where it is.
/// </summary>
/// <param name="observer">The observer.</param>
/// <param name="operations">The library's numbers of the multiplications.</param>
/// <param name="stop">Told once when the observer has failed.</param>
internal sealed unsafe class ActivationTap(IActivationObserver observer, ProductOperations operations, Action stop)
{
    private const string WeightSuffix = ".weight";

    private bool _isOpen;
    private ExceptionDispatchInfo? _failure;
    private string _weight = "";
    private byte[] _data = [];
    private float[] _values = [];
    private byte[] _experts = [];
    private int[] _matrices = [];

    /// <summary>Shows the steps from now on.</summary>
    public void Open()
    {
        _failure = null;
        _isOpen = true;
    }

    /// <summary>Shows no more.</summary>
    /// <returns>What the observer has thrown, or null.</returns>
    public ExceptionDispatchInfo? Close()
    {
        _isOpen = false;
        return _failure;
    }

    /// <summary>Called by native code before a step, asking, and after one that was wanted.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static byte OnStep(GgmlTensor* step, byte isAsking, nint state)
    {
        if (GCHandle.FromIntPtr(state).Target is not ActivationTap tap)
        {
            return 0;
        }

        var isWanted = tap.See(step, isAsking != 0);
        return isWanted ? (byte)1 : (byte)0;
    }

    /// <summary>
    /// The name in the model's file, or null where it is no weight. A copy on another device is named
    /// <c>device#name#number</c>.
    /// </summary>
    internal static string? WeightName(string name)
    {
        var start = name.IndexOf('#', StringComparison.Ordinal) + 1;
        var end = start == 0 ? -1 : name.IndexOf('#', start);
        name = end < 0 ? name[start..] : name[start..end];
        return name.EndsWith(WeightSuffix, StringComparison.Ordinal) ? name : null;
    }

    /// <returns>Whether the step is wanted; after it, always to go on: what stops a batch is the abort check.</returns>
    private bool See(GgmlTensor* step, bool isAsking)
    {
        if (!_isOpen || _failure is not null)
        {
            return !isAsking;
        }

        try
        {
            if (isAsking)
            {
                return IsWanted(step);
            }

            Show(step);
        }
        catch (Exception e)
        {
            _failure = ExceptionDispatchInfo.Capture(e);
            stop();
        }

        return !isAsking;
    }

    private bool IsWanted(GgmlTensor* step)
    {
        if (step->Operation != operations.Plain && step->Operation != operations.Experts)
        {
            return false;
        }

        // The last layer computes the tokens with outputs alone, and there may be none.
        var rows = (GgmlTensor*)step->Source1;
        if (rows->Lengths[1] * rows->Lengths[2] * rows->Lengths[3] == 0
            || rows->Type != TensorHandshake.F32 || rows->Strides[0] != sizeof(float) || rows->Buffer == 0
            || WeightName(Marshal.PtrToStringUTF8((nint)Native.ggml_get_name((GgmlTensor*)step->Source0))!) is not { } weight)
        {
            return false;
        }

        _weight = weight;
        return observer.Wants(weight);
    }

    private void Show(GgmlTensor* step)
    {
        var weight = (GgmlTensor*)step->Source0;
        var rows = (GgmlTensor*)step->Source1;
        var matrices = step->Operation == operations.Experts
            ? ReadExperts((GgmlTensor*)step->Source2, rows)
            : Spread(weight, rows);
        var matrixCount = checked((int)(weight->Lengths[2] * weight->Lengths[3]));
        if (Native.ggml_backend_buffer_is_host(rows->Buffer))
        {
            ShowRows(rows, (byte*)Native.ggml_get_data(rows), matrixCount, matrices);
            return;
        }

        fixed (byte* data = Read(rows, ref _data))
        {
            ShowRows(rows, data, matrixCount, matrices);
        }
    }

    private void ShowRows(GgmlTensor* rows, byte* data, int matrixCount, ReadOnlySpan<int> matrices)
    {
        var columns = checked((int)rows->Lengths[0]);
        observer.Observe(new(_weight, columns, Values(rows, data, columns), matrixCount, matrices));
    }

    /// <summary>The rows one after the other: in place where they are so already.</summary>
    private ReadOnlySpan<float> Values(GgmlTensor* rows, byte* data, int columns)
    {
        var (count1, count2, count3) = (rows->Lengths[1], rows->Lengths[2], rows->Lengths[3]);
        var (stride1, stride2, stride3) = (rows->Strides[1], rows->Strides[2], rows->Strides[3]);
        var length = checked((int)(columns * count1 * count2 * count3));
        if (stride1 == sizeof(float) * (ulong)columns
            && stride2 == stride1 * (ulong)count1
            && stride3 == stride2 * (ulong)count2)
        {
            return new(data, length);
        }

        var values = Sized(ref _values, length);
        for (var row = 0; row < length / columns; row++)
        {
            var (index1, index2, index3) = (row % count1, row / count1 % count2, row / count1 / count2);
            var start = (ulong)index1 * stride1 + (ulong)index2 * stride2 + (ulong)index3 * stride3;
            new ReadOnlySpan<float>(data + start, columns).CopyTo(values.Slice(row * columns, columns));
        }

        return values;
    }

    /// <summary>
    /// The matrix of each row where the last two dimensions say it. Where rows have more there than the weight,
    /// neighbours share a matrix.
    /// </summary>
    private Span<int> Spread(GgmlTensor* weight, GgmlTensor* rows)
    {
        var (count1, count2, count3) = (rows->Lengths[1], rows->Lengths[2], rows->Lengths[3]);
        var (share2, share3) = (count2 / weight->Lengths[2], count3 / weight->Lengths[3]);
        var matrices = Sized(ref _matrices, checked((int)(count1 * count2 * count3)));
        for (var row = 0; row < matrices.Length; row++)
        {
            var (index2, index3) = (row / count1 % count2, row / count1 / count2);
            matrices[row] = (int)(index3 / share3 * weight->Lengths[2] + index2 / share2);
        }

        return matrices;
    }

    /// <summary>
    /// The experts of each row. A token has one row for all of its experts, or one for each: the n-th expert takes row
    /// n modulo their number.
    /// </summary>
    private Span<int> ReadExperts(GgmlTensor* experts, GgmlTensor* rows)
    {
        var (perToken, tokens) = (checked((int)experts->Lengths[0]), checked((int)experts->Lengths[1]));
        var rowsPerToken = (int)rows->Lengths[1];
        var data = Read(experts, ref _experts);
        var matrices = Sized(ref _matrices, checked(perToken * tokens));
        var next = 0;
        for (var token = 0; token < tokens; token++)
        {
            for (var row = 0; row < rowsPerToken; row++)
            {
                for (var expert = row; expert < perToken; expert += rowsPerToken)
                {
                    var start = (ulong)token * experts->Strides[1] + (ulong)expert * experts->Strides[0];
                    matrices[next++] = MemoryMarshal.Read<int>(data[checked((int)start)..]);
                }
            }
        }

        return matrices;
    }

    private static Span<byte> Read(GgmlTensor* tensor, ref byte[] buffer)
    {
        var bytes = Sized(ref buffer, checked((int)Native.ggml_nbytes(tensor)));
        fixed (byte* destination = bytes)
        {
            Native.ggml_backend_tensor_get(tensor, destination, 0, (nuint)bytes.Length);
        }

        return bytes;
    }

    private static Span<T> Sized<T>(ref T[] buffer, int length)
    {
        if (buffer.Length < length)
        {
            buffer = new T[length];
        }

        return buffer.AsSpan(0, length);
    }
}
