using Lamina.Runtime;

namespace Lamina.Vulkan.Tests;

public sealed class DeviceTests
{
    [Test]
    public void GetDevices_CpuAndVulkan_AreBothThere()
    {
        var inventory = VulkanDevice.Runtime.GetDevices();

        using (Assert.EnterMultipleScope())
        {
            Assert.That(inventory.Devices.Select(device => device.Backend), Is.SupersetOf(new[] { "CPU", "Vulkan" }));
            Assert.That(inventory.Devices.Select(device => device.Name), Is.Unique);
            Assert.That(inventory.Unusable, Is.Empty);
            Assert.That(VulkanDevice.Device.Name, Is.EqualTo("Vulkan0"));
            Assert.That(VulkanDevice.Device.Kind, Is.EqualTo(DeviceKind.Gpu).Or.EqualTo(DeviceKind.IntegratedGpu));
            Assert.That(VulkanDevice.Device.Description, Is.Not.Empty);
            Assert.That(VulkanDevice.Device.MemoryBytes, Is.GreaterThan(1L << 26));
            Assert.That(VulkanDevice.Device.FreeMemoryBytes, Is.InRange(1, VulkanDevice.Device.MemoryBytes!.Value));
        }
    }

    [Test]
    public void Load_Default_PutsAllLayersOnTheDevice()
    {
        var offloaded = VulkanDevice.Engine.Model.LayerCount + 1;
        Assert.That(VulkanDevice.Log.Texts, Has.Some.Contains($"offloaded {offloaded}/{offloaded} layers to GPU"));
        Assert.That(VulkanDevice.Log.Texts, Has.Some.Contains("Vulkan0 model buffer"));
    }
}
