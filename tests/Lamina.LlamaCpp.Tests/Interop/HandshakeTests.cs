using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

public sealed class HandshakeTests
{
    [TestCase("0.4.0-dev", "0.4.0")]
    [TestCase("0.4.0", "0.4.0")]
    [TestCase("v0.5.0", "0.5.0")]
    [TestCase("0.5.3+build", "0.5.3")]
    public void VerifyVersion_InRange_IsTaken(string text, string version) =>
        Assert.That(Handshake.VerifyVersion("folder", text), Is.EqualTo(Version.Parse(version)));

    [TestCase("0.3.9")]
    [TestCase("0.6.0")]
    [TestCase("1.0.0")]
    [TestCase("b6000")]
    [TestCase("")]
    public void VerifyVersion_OutOfRange_NamesFoundAndWanted(string text)
    {
        var error = Assert.Throws<NativeLibraryException>(() => Handshake.VerifyVersion("the folder", text));
        Assert.That(error!.Message, Does.Contain("the folder").And.Contain(text).And.Contain("0.4.0").And.Contain("0.5.0"));
    }

    [Test]
    public void VerifyContextDefaults_ShiftedField_NamesItWithFoundAndExpected()
    {
        var found = Native.llama_context_default_params();
        Handshake.VerifyContextDefaults("folder", in found);

        found.MicroBatchSize = 513;
        var error = Assert.Throws<NativeLibraryException>(() => Handshake.VerifyContextDefaults("folder", in found));

        Assert.That(error!.Message, Does.Contain("llama_context_params.n_ubatch").And.Contain("513").And.Contain("512"));
    }

    [Test]
    public void VerifyModelDefaults_ShiftedField_NamesItWithFoundAndExpected()
    {
        var found = Native.llama_model_default_params();
        Handshake.VerifyModelDefaults("folder", in found);

        found.GpuLayers = 0;
        var error = Assert.Throws<NativeLibraryException>(() => Handshake.VerifyModelDefaults("folder", in found));

        Assert.That(error!.Message, Does.Contain("llama_model_params.n_gpu_layers").And.Contain("-1"));
    }

    [OneTimeSetUp]
    public void Load() => NativeLibraries.Load(null);
}
