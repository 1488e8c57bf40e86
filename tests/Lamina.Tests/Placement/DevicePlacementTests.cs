using Lamina.Placement;
using Lamina.Runtime;

namespace Lamina.Tests.Placement;

/// <summary>Which wishes for devices are refused, and how devices are chosen.</summary>
internal sealed class DevicePlacementTests
{
    private static readonly ComputeDevice Cpu = Device("CPU", DeviceKind.Cpu);

    private static readonly (DevicePlacement Placement, string Fault)[] Faulty =
    [
        (DevicePlacement.Named(), "Names"),
        (DevicePlacement.Named("CUDA0", " "), "Names"),
        (DevicePlacement.Named("CUDA0", "cuda0"), "name each device once"),
        (DevicePlacement.Auto with { Names = ["CUDA0"] }, "names count where it is Named"),
        (DevicePlacement.Gpu with { Layers = -1 }, "Layers was -1"),
        (DevicePlacement.Gpu with { Split = (DeviceSplit)7 }, "Split was 7"),
        (DevicePlacement.Gpu with { Choice = (DeviceChoice)7 }, "Choice was 7"),
        (DevicePlacement.Gpu with { Shares = [0.5f, 0.4f] }, "together 0.9"),
        (DevicePlacement.Gpu with { Shares = [1.5f, -0.5f] }, "from 0 to 1"),
        (DevicePlacement.Gpu with { Shares = [float.NaN] }, "Shares"),
        (DevicePlacement.Gpu with { Shares = [1], Split = DeviceSplit.None }, "one device takes all"),
        (DevicePlacement.Named("CUDA0", "CUDA1") with { Shares = [1] }, "1 numbers for 2 devices"),
        (DevicePlacement.Gpu with { MainDevice = "CUDA0" }, "MainDevice was 'CUDA0'"),
        (DevicePlacement.Cpu with { Layers = 3 }, "Choice was Cpu"),
        (DevicePlacement.Gpu with { Tensors = [new("ffn_(", "CPU")] }, "no regular expression"),
        (DevicePlacement.Gpu with { Tensors = [new("ffn", "")] }, "give a pattern and a device"),
    ];

    [Test]
    public void Faults_EachWishThatCannotBe_IsNamed()
    {
        using (Assert.EnterMultipleScope())
        {
            foreach (var (placement, fault) in Faulty)
            {
                Assert.That(string.Join(' ', placement.Faults()), Does.Contain(fault), placement.ToString());
            }

            Assert.That(new EngineOptions { Devices = Faulty[^1].Placement }.Faults(), Has.One.Contains(Faulty[^1].Fault));
            Assert.That(
                new EngineOptions { Devices = DevicePlacement.Gpu with { Split = DeviceSplit.Tensor }, FlashAttention = FlashAttention.Off }.Faults(),
                Has.One.Contains("DeviceSplit.Tensor"));
            Assert.That(DevicePlacement.Auto.Faults(), Is.Empty);
            Assert.That((DevicePlacement.Named("CUDA0", "CUDA1") with { Shares = [1f / 3, 2f / 3] }).Faults(), Is.Empty);
            Assert.That((DevicePlacement.Gpu with { Layers = DevicePlacement.AllLayers }).Faults(), Is.Empty);
        }
    }

    [Test]
    public void Select_Auto_TakesCardsBeforeWhatSharesTheMachinesMemory()
    {
        var cards = Inventory(Cpu, Device("CUDA0", DeviceKind.Gpu, "1"), Device("Vulkan0", DeviceKind.Gpu, "1"), Device("Vulkan1", DeviceKind.IntegratedGpu));
        var shared = Inventory(Cpu, Device("Vulkan0", DeviceKind.IntegratedGpu), Device("SYCL0", DeviceKind.IntegratedGpu) with { Backend = "SYCL" });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Names(DevicePlacement.Auto, cards), Is.EqualTo(["CUDA0"]), "one card that two backends see");
            Assert.That(Names(DevicePlacement.Gpu, shared), Is.EqualTo(["Vulkan0"]));
            Assert.That(Names(DevicePlacement.Auto, Inventory(Cpu)), Is.Empty);
            Assert.That(Names(DevicePlacement.Cpu, cards), Is.Empty);
            Assert.That(Names(DevicePlacement.Named("vulkan1", "CUDA0"), cards), Is.EqualTo(["Vulkan1", "CUDA0"]));
            Assert.That(Names(DevicePlacement.Named("CPU"), cards), Is.Empty);
        }
    }

    [Test]
    public void Select_GpuThatIsNotThere_FailsWithWhatThereIsAndWhy()
    {
        var inventory = Inventory(Cpu) with
        {
            Unusable = [new() { Name = "cuda", File = "libggml-cuda.so", Reason = "libcudart.so.13: cannot open shared object file" }],
        };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => DeviceSelector.Select(DevicePlacement.Gpu, inventory, out _),
                Throws.TypeOf<DeviceUnavailableException>().With.Message.Contains("CPU (a CPU)").And.Message.Contains("cuda cannot be used: libcudart.so.13"));
            Assert.That(
                () => DeviceSelector.Select(DevicePlacement.Named("CUDA0"), inventory, out _),
                Throws.TypeOf<DeviceUnavailableException>().With.Message.Contains("'CUDA0'").And.Message.Contains("libcudart.so.13"));
            Assert.That(DeviceSelector.Select(DevicePlacement.Auto, inventory, out var reason), Is.Empty);
            Assert.That(reason, Does.Contain("the CPU computes").And.Contain("libcudart.so.13"));
        }
    }

    [Test]
    public void Select_NamesAndSharesOfOtherDevices_AreRefused()
    {
        var inventory = Inventory(Cpu, Device("CUDA0", DeviceKind.Gpu), Device("CUDA1", DeviceKind.Gpu));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => DeviceSelector.Select(DevicePlacement.Gpu with { Shares = [0.5f, 0.25f, 0.25f] }, inventory, out _),
                Throws.ArgumentException.With.Message.Contains("3 numbers for 2 devices"));
            Assert.That(
                () => DeviceSelector.Select(DevicePlacement.Gpu with { Tensors = [new("ffn", "CUDA7")] }, inventory, out _),
                Throws.ArgumentException.With.Message.Contains("'CUDA7'"));
            Assert.That(
                () => DeviceSelector.Select(DevicePlacement.Named("CUDA0") with { Split = DeviceSplit.None, MainDevice = "CUDA1" }, inventory, out _),
                Throws.ArgumentException.With.Message.Contains("'CUDA1'"));
        }
    }

    private static string[] Names(DevicePlacement asked, DeviceInventory inventory) =>
        [.. DeviceSelector.Select(asked, inventory, out _).Select(device => device.Name)];

    private static DeviceInventory Inventory(params ComputeDevice[] devices) => new() { Devices = [.. devices] };

    private static ComputeDevice Device(string name, DeviceKind kind, string? address = null) => new()
    {
        Name = name, Description = $"a {name}", Kind = kind, Backend = name.TrimEnd('0', '1'), Address = address,
    };
}
