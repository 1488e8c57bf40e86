namespace Lamina.LlamaCpp.Tests.Backend;

/// <summary>
/// What the builds of the packages for GPUs lay out: one library for each platform, of the release of those of
/// Lamina.Backend.Cpu. Nothing here asks for the ones for CUDA, which are large: they are looked at where a build did.
/// </summary>
public sealed class GpuLayoutTests
{
    [TestCase("Lamina.Backend.Vulkan", "linux-x64/native/libggml-vulkan.v0.4.0.so", "win-x64/native/ggml-vulkan.v0.4.0.dll")]
    [TestCase("Lamina.Backend.Cuda13.Linux", "linux-x64/native/libggml-cuda.v0.4.0.so")]
    [TestCase("Lamina.Backend.Cuda13.Windows", "win-x64/native/ggml-cuda.v0.4.0.dll")]
    public void Package_Gpu_HoldsOneLibraryForEachPlatform(string project, params string[] expected)
    {
        var folder = LaidOut.By(project);
        if (!Directory.Exists(folder))
        {
            Assert.Ignore($"{project} was not built.");
        }

        var found = Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file).Replace(Path.DirectorySeparatorChar, '/'));
        Assert.That(found, Is.EquivalentTo(expected));
    }

    /// <summary>The names of the files say the release; what npm brought beside them says that it is true.</summary>
    [TestCase("Lamina.Backend.Vulkan")]
    [TestCase("Lamina.Backend.Cuda13.Linux")]
    [TestCase("Lamina.Backend.Cuda13.Windows")]
    public void Package_Gpu_IsOfTheReleaseThatItsNameSays(string project)
    {
        var packages = Path.Combine(LaidOut.By(project), "..", "..", "node_modules", "@node-llama-cpp");
        if (!Directory.Exists(packages))
        {
            Assert.Ignore($"{project} was not built.");
        }

        foreach (var package in Directory.GetDirectories(packages))
        {
            Assert.That(
                Directory.GetFiles(package, "*llama.*", SearchOption.AllDirectories).Select(Path.GetFileName),
                Has.Some.Contains(".v0.4.0."));
        }
    }
}
