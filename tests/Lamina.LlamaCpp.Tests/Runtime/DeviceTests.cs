using Lamina.LlamaCpp.Interop;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>The devices of the libraries that all tests of this project use: those of the CPU alone.</summary>
public sealed class DeviceTests
{
    private readonly LlamaCppRuntime _runtime = new();

    [Test]
    public void GetDevices_LibrariesForTheCpu_GiveTheCpuAlone()
    {
        var inventory = _runtime.GetDevices();

        var cpu = inventory.Devices.Single();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cpu.Name, Is.EqualTo("CPU"));
            Assert.That(cpu.Backend, Is.EqualTo("CPU"));
            Assert.That(cpu.Kind, Is.EqualTo(DeviceKind.Cpu));
            Assert.That(cpu.Description, Is.Not.Empty);
            Assert.That(cpu.MemoryBytes, Is.GreaterThan(1L << 28));
            Assert.That(cpu.Capabilities, Is.EqualTo(DeviceCapabilities.BuffersFromHostMemory | DeviceCapabilities.MemoryMapping));
            Assert.That(inventory.Unusable, Is.Empty);
        }
    }

    [Test]
    public void Find_NamesOfDevices_GivesTheirHandles()
    {
        _runtime.GetDevices();

        Assert.That(NativeDevices.Find("CPU"), Is.EqualTo(Native.ggml_backend_dev_by_type(0)).And.Not.EqualTo((nint)0));
        Assert.That(NativeDevices.Find("Vulkan7"), Is.EqualTo((nint)0));
    }
}
