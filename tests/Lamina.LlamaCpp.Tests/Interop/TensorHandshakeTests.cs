using System.Runtime.InteropServices;
using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

public sealed class TensorHandshakeTests
{
    [TestCase(nameof(GgmlTensor.Buffer), 8)]
    [TestCase(nameof(GgmlTensor.Lengths), 16)]
    [TestCase(nameof(GgmlTensor.Strides), 48)]
    [TestCase(nameof(GgmlTensor.Operation), 80)]
    [TestCase(nameof(GgmlTensor.Flags), 148)]
    [TestCase(nameof(GgmlTensor.Source0), 152)]
    public void Tensor_Offset(string field, int offset) =>
        Assert.That((int)Marshal.OffsetOf<GgmlTensor>(field), Is.EqualTo(offset));

    [Test]
    public void Verify_LoadedLibrary_TellsTheTwoMultiplicationsApart()
    {
        NativeLibraries.Load(null);
        var operations = TensorHandshake.Verify("folder");
        Assert.That(operations.Plain, Is.Positive.And.Not.EqualTo(operations.Experts));
    }

    [Test]
    public void VerifyWeight_ShiftedField_NamesItWithFoundAndExpected()
    {
        var tensor = Weight();
        TensorHandshake.VerifyWeight("folder", in tensor, 77);
        var error = Assert.Throws<NativeLibraryException>(() => TensorHandshake.VerifyWeight("folder", in tensor, 78));
        Assert.That(error!.Message, Does.Contain("ggml_tensor.buffer").And.Contain("77").And.Contain("78"));
        SetLength(ref tensor);
        error = Assert.Throws<NativeLibraryException>(() => TensorHandshake.VerifyWeight("folder", in tensor, 77));
        Assert.That(error!.Message, Does.Contain("ggml_tensor.ne[1]").And.Contain("9").And.Contain("5"));
    }

    [Test]
    public void VerifyProduct_ShiftedField_NamesIt()
    {
        var product = Product();
        TensorHandshake.VerifyProduct("folder", in product, 1, 2, 0);
        product.Source1 = 3;
        Assert.That(Fault(), Does.Contain("ggml_tensor.src[1] is 3 where 2"));
        product.Source1 = 2;
        product.Operation = 0;
        Assert.That(Fault(), Does.Contain("ggml_tensor.op is 0"));

        string Fault() => Assert.Throws<NativeLibraryException>(
            () => TensorHandshake.VerifyProduct("folder", in product, 1, 2, 0))!.Message;
    }

    private static unsafe GgmlTensor Weight()
    {
        var tensor = new GgmlTensor { Type = 1, Buffer = 77 };
        (tensor.Lengths[0], tensor.Lengths[1], tensor.Lengths[2], tensor.Lengths[3]) = (6, 5, 3, 1);
        (tensor.Strides[0], tensor.Strides[1], tensor.Strides[2]) = (2, 12, 60);
        return tensor;
    }

    private static unsafe GgmlTensor Product()
    {
        var tensor = new GgmlTensor { Operation = 29, Source0 = 1, Source1 = 2 };
        tensor.Lengths[0] = 5;
        return tensor;
    }

    private static unsafe void SetLength(ref GgmlTensor tensor) => tensor.Lengths[1] = 9;
}
