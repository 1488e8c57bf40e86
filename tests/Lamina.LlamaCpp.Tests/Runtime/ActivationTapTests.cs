using System.Runtime.InteropServices;
using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>Steps that the models at hand do not have: weights of several matrices, and rows that lie apart.</summary>
public sealed unsafe class ActivationTapTests
{
    private const int F32 = 0;
    private const int I32 = 26;
    private const int Columns = 2;

    private nint _context;
    private nint _buffer;
    private ProductOperations _operations;

    [SetUp]
    public void CreateContext()
    {
        NativeLibraries.Load(null);
        _operations = TensorHandshake.Verify("folder");
        _context = Native.ggml_init(new() { MemorySize = 16 * Native.ggml_tensor_overhead(), NoAllocation = 1 });
    }

    [TearDown]
    public void FreeContext()
    {
        Native.ggml_backend_buffer_free(_buffer);
        Native.ggml_free(_context);
    }

    [Test]
    public void OnStep_SeveralMatrices_NeighboursShareOne()
    {
        var weight = Tensor(F32, Columns, 5, 2);
        var rows = Tensor(F32, Columns, 3, 4);
        var step = Native.ggml_mul_mat(_context, weight, rows);
        Fill(rows);
        var shown = Show(step);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown.MatrixCounts["w.weight"], Is.EqualTo(2));
            Assert.That(shown.Rows["w.weight"].SelectMany(row => row), Is.EqualTo(Enumerable.Range(0, 24)));
            Assert.That(
                shown.Matrices["w.weight"].SelectMany(all => all), Is.EqualTo((int[])[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]));
        }
    }

    [Test]
    public void OnStep_RowsThatLieApart_AreGathered()
    {
        var weight = Tensor(F32, Columns, 5, 2);
        var rows = Tensor(F32, Columns, 3, 2);
        var step = Native.ggml_mul_mat(_context, weight, rows);
        Fill(rows);

        // As heads and tokens are swapped: the second row follows two rows later.
        (rows->Lengths[1], rows->Lengths[2]) = (2, 3);
        (rows->Strides[1], rows->Strides[2]) = (rows->Strides[2], rows->Strides[1]);
        (weight->Lengths[2], weight->Lengths[1]) = (3, 1);
        var shown = Show(step);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                shown.Rows["w.weight"].SelectMany(row => row), Is.EqualTo((float[])[0, 1, 6, 7, 2, 3, 8, 9, 4, 5, 10, 11]));
            Assert.That(shown.Matrices["w.weight"].SelectMany(all => all), Is.EqualTo((int[])[0, 0, 1, 1, 2, 2]));
        }
    }

    [TestCase(1, new[] { 3, 1, 0, 2 })]
    [TestCase(2, new[] { 3, 1, 0, 2 })]
    public void OnStep_Experts_AreReadFromAWiderList(int rowsPerToken, int[] expected)
    {
        var weight = Tensor(F32, Columns, 5, 4);
        var rows = Tensor(F32, Columns, rowsPerToken, 2);
        var ranking = Tensor(I32, 4, 2, 1);
        ranking->Lengths[0] = 2; // the best two of all four
        var step = Native.ggml_mul_mat_id(_context, weight, rows, ranking);
        Fill(rows);
        int[] ranks = [3, 1, 0, 2, 0, 2, 1, 3];
        ranks.CopyTo(new Span<int>(Native.ggml_get_data(ranking), ranks.Length));
        var shown = Show(step);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(shown.MatrixCounts["w.weight"], Is.EqualTo(4));
            Assert.That(shown.Rows["w.weight"], Has.Count.EqualTo(2 * rowsPerToken));
            Assert.That(shown.Matrices["w.weight"].SelectMany(all => all), Is.EqualTo(expected));
        }
    }

    [Test]
    public void OnStep_AnExpertThatIsNone_Fails()
    {
        var weight = Tensor(F32, Columns, 5, 4);
        var rows = Tensor(F32, Columns, 1, 1);
        var ranking = Tensor(I32, 1, 1, 1);
        var step = Native.ggml_mul_mat_id(_context, weight, rows, ranking);
        Fill(rows);
        *(int*)Native.ggml_get_data(ranking) = 4;
        Assert.That(() => Show(step), Throws.ArgumentException.With.Message.Contains("0 to 3"));
    }

    [Test]
    public void OnStep_RowsOfOtherNumbers_AreNotAskedFor()
    {
        var step = Native.ggml_mul_mat(_context, Tensor(F32, Columns, 5, 1), Tensor(1, Columns, 3, 1));
        Fill(null);
        Assert.That(Show(step).Asked, Is.Empty);
    }

    private GgmlTensor* Tensor(int type, long length0, long length1, long length2)
    {
        var tensor = Native.ggml_new_tensor_3d(_context, type, length0, length1, length2);
        "w.weight\0"u8.CopyTo(new Span<byte>(Native.ggml_get_name(tensor), 9));
        return tensor;
    }

    /// <summary>Gives all tensors memory, and one the numbers from 0.</summary>
    private void Fill(GgmlTensor* rows)
    {
        _buffer = Native.ggml_backend_alloc_ctx_tensors_from_buft(_context, Native.ggml_backend_cpu_buffer_type());
        for (var i = 0; rows is not null && i < (int)(Native.ggml_nbytes(rows) / sizeof(float)); i++)
        {
            ((float*)Native.ggml_get_data(rows))[i] = i;
        }
    }

    /// <summary>Takes a tap through a step, as native code does.</summary>
    private ActivationRecorder Show(GgmlTensor* step)
    {
        delegate* unmanaged[Cdecl]<GgmlTensor*, byte, nint, byte> onStep = &ActivationTap.OnStep;
        var recorder = new ActivationRecorder();
        var stops = 0;
        var tap = new ActivationTap(recorder, _operations, () => stops++);
        var handle = GCHandle.Alloc(tap);
        try
        {
            tap.Open();
            if (onStep(step, 1, GCHandle.ToIntPtr(handle)) != 0)
            {
                Assert.That(onStep(step, 0, GCHandle.ToIntPtr(handle)), Is.EqualTo(1));
            }

            var failure = tap.Close();
            Assert.That(stops, Is.EqualTo(failure is null ? 0 : 1));
            failure?.Throw();
            return recorder;
        }
        finally
        {
            handle.Free();
        }
    }
}
