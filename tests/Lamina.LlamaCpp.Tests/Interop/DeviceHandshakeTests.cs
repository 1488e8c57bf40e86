using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

public sealed class DeviceHandshakeTests
{
    [Test]
    public void Size_IsThatOfTheHeader() => Assert.That(Unsafe.SizeOf<GgmlDeviceProperties>(), Is.EqualTo(56));

    [TestCase(nameof(GgmlDeviceProperties.Description), 8)]
    [TestCase(nameof(GgmlDeviceProperties.FreeMemory), 16)]
    [TestCase(nameof(GgmlDeviceProperties.TotalMemory), 24)]
    [TestCase(nameof(GgmlDeviceProperties.Type), 32)]
    [TestCase(nameof(GgmlDeviceProperties.Id), 40)]
    [TestCase(nameof(GgmlDeviceProperties.Asynchronous), 48)]
    [TestCase(nameof(GgmlDeviceProperties.MemoryMapping), 52)]
    public void Properties_Offset(string field, int offset) =>
        Assert.That((int)Marshal.OffsetOf<GgmlDeviceProperties>(field), Is.EqualTo(offset));

    [Test]
    public void Verify_ShiftedField_NamesItWithFoundAndExpected()
    {
        var found = new GgmlDeviceProperties { TotalMemory = 77, Type = 1, Events = 1 };
        DeviceHandshake.Verify("folder", in found, 0, 0, 77, 1);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(Fault(found, name: 5), Does.Contain("ggml_backend_dev_props.name is 0 where 5"));
            Assert.That(Fault(found, description: 5), Does.Contain("description is 0 where 5"));
            Assert.That(Fault(found with { TotalMemory = 76 }), Does.Contain("memory_total is 76 where 77"));
            Assert.That(Fault(found with { Type = 0 }), Does.Contain("type is 0 where 1"));
            Assert.That(Fault(found with { MemoryMapping = 0xA5 }), Does.Contain("caps.mmap_support is 165 where 1"));
        }

        static string Fault(GgmlDeviceProperties found, nint name = 0, nint description = 0) =>
            Assert.Throws<NativeLibraryException>(
                () => DeviceHandshake.Verify("folder", in found, name, description, 77, 1))!.Message;
    }
}
