using System.Runtime.InteropServices;

namespace Lamina.LLamaSharp.Tests;

/// <summary>Leaves the tests out where LLamaSharp's libraries cannot be loaded, since one that they need is not here.</summary>
[SetUpFixture]
public sealed class NativeLibraries
{
    private const string OpenMP = "libgomp.so.1";

    [OneTimeSetUp]
    public void Require()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        if (!NativeLibrary.TryLoad(OpenMP, out var handle))
        {
            Assert.Ignore($"LLamaSharp's libraries need {OpenMP}, which this machine lacks; Debian has it in libgomp1.");
        }

        NativeLibrary.Free(handle);
    }
}
