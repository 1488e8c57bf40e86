using Lamina.Bindings;
using Lamina.Gguf;
using Lamina.Runtime;
using Lamina.TestSupport.Gguf;
using Lamina.Tests.Gguf;

namespace Lamina.Tests.Bindings;

public sealed class NativeFailureTests
{
    private static readonly Offload OnDevice = new() { Devices = ["Abacus0"], Layers = 3 };

    [Test]
    public void OfLoad_UnknownArchitecture_IsUnsupported()
    {
        var error = OfLoad(OnDevice, "error loading model: unknown model architecture: 'llama'");
        Assert.That(error, Is.InstanceOf<UnsupportedModelException>().With.Message.Contains("library"));
    }

    [Test]
    public void OfLoad_AllocationThatFailed_IsOfTheDeviceWhereThereIsOne()
    {
        const string said = "unable to allocate a buffer";
        var error = OfLoad(OnDevice, said);
        Assert.That(error, Is.InstanceOf<DeviceMemoryException>().With.Message.Contains("Abacus0").And.Message.Contains(said));
        Assert.That(OfLoad(Offload.None, said), Is.TypeOf<LaminaException>().With.Message.Contains(said));
    }

    [Test]
    public void OfContext_Silent_SaysSo()
    {
        using var runtime = new Fakes.FakeRuntime();
        var error = new NativeFailure("library", OnDevice, "").OfContext(runtime.Info, Threads.Options);
        Assert.That(error, Is.TypeOf<LaminaException>().With.Message.EndsWith("It said: nothing"));
    }

    private static LaminaException OfLoad(Offload offload, string errors)
    {
        using var file = new TemporaryFile(TinyLlama.Create().ToBytes());
        return new NativeFailure("library", offload, errors).OfLoad(GgufFile.Read(file.Path), cause: null);
    }
}
