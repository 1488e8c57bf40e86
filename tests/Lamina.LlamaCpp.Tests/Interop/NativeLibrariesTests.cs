using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

public sealed class NativeLibrariesTests
{
    [TestCase("linux-musl-x64")]
    [TestCase("alpine.3.22-arm64")]
    public void AdviceFor_SystemWithMusl_NamesWhatIsMissing(string system) =>
        Assert.That(NativeLibraries.AdviceFor(system), Does.Contain("glibc").And.Contain("LAMINA_NATIVE_PATH"));

    [TestCase("linux-x64")]
    [TestCase("osx-arm64")]
    [TestCase("win-x64")]
    public void AdviceFor_OtherSystem_IsEmpty(string system) => Assert.That(NativeLibraries.AdviceFor(system), Is.Empty);
}
