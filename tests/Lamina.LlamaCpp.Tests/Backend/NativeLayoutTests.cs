using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Tests.Backend;

/// <summary>What the build of nuget/Lamina.Backend.Cpu lays out, and what of it reaches an app that references it.</summary>
public sealed class NativeLayoutTests
{
    private static readonly string[] X64 =
    [
        "alderlake", "cannonlake", "cascadelake", "cooperlake", "haswell", "icelake", "ivybridge",
        "piledriver", "sandybridge", "sapphirerapids", "skylakex", "sse42", "x64", "zen4",
    ];

    private static readonly string[] LinuxArm64 =
    [
        "armv8.0_1", "armv8.2_1", "armv8.2_2", "armv8.2_3", "armv8.6_1", "armv8.6_2", "armv9.2_1", "armv9.2_2",
    ];

    private static readonly string[] AppleArm64 = ["apple_m1", "apple_m2_m3", "apple_m4"];

    private static readonly Dictionary<string, string[]> Expected = new(StringComparer.Ordinal)
    {
        ["linux-arm64"] =
            ["libllama.v0.4.0.so", "libggml.v0.4.0.so", "libggml-base.so", .. Cpus("lib", LinuxArm64, ".so")],
        ["linux-x64"] =
            ["libllama.v0.4.0.so", "libggml.v0.4.0.so", "libggml-base.so", .. Cpus("lib", X64, ".so")],
        ["osx-arm64"] =
            ["libllama.metal.v0.4.0.dylib", "libggml.metal.v0.4.0.dylib", "libggml-base.dylib", "libggml-metal.so", .. Cpus("lib", AppleArm64, ".so")],
        ["osx-x64"] =
            ["libllama.v0.4.0.dylib", "libggml.v0.4.0.dylib", "libggml-base.dylib", .. Cpus("lib", X64, ".so")],
        ["win-arm64"] =
            ["llama.v0.4.0.dll", "ggml.v0.4.0.dll", "ggml-base.dll", "ggml-cpu.dll"],
        ["win-x64"] =
            ["llama.v0.4.0.dll", "ggml.v0.4.0.dll", "ggml-base.dll", .. Cpus("", X64, ".dll")],
    };

    [OneTimeSetUp]
    public void SkipWithNativesOfTheUser()
    {
        if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable("LAMINA_NATIVE_PATH")))
        {
            Assert.Ignore("LAMINA_NATIVE_PATH is set: the build takes no libraries from npm.");
        }
    }

    [Test]
    public void Output_OfThisProject_HoldsTheLibrariesOfThisPlatformOnly()
    {
        string runtimes = Path.Combine(AppContext.BaseDirectory, "runtimes");
        string here = RuntimeInformation.RuntimeIdentifier;

        Assert.Multiple(() =>
        {
            Assert.That(FilesIn(Path.Combine(runtimes, here, "native")), Is.EquivalentTo(Expected[here]));
            Assert.That(
                Directory.GetFiles(runtimes, "*ggml*", SearchOption.AllDirectories),
                Has.All.StartWith(Path.Combine(runtimes, here, "native")));
        });
    }

    [Test]
    public void Package_HasAFolderForEachPlatform()
    {
        Assert.That(FoldersIn(LaidOut.By("Lamina.Backend.Cpu")), Is.EquivalentTo(Expected.Keys));
    }

    [TestCaseSource(nameof(Platforms))]
    public void Package_ForAPlatform_HoldsTheNeededLibrariesOnly(string platform)
    {
        // The exact list also says: no Node addon, no llama-common, no import library.
        Assert.That(FilesIn(Path.Combine(LaidOut.By("Lamina.Backend.Cpu"), platform, "native")), Is.EquivalentTo(Expected[platform]));
    }

    private static string[] Platforms() => [.. Expected.Keys];

    private static IEnumerable<string> Cpus(string prefix, string[] names, string extension) =>
        names.Select(name => $"{prefix}ggml-cpu-{name}{extension}");

    private static IEnumerable<string?> FoldersIn(string folder) => Directory.GetDirectories(folder).Select(Path.GetFileName);

    private static IEnumerable<string?> FilesIn(string folder) => Directory.GetFiles(folder).Select(Path.GetFileName);
}
