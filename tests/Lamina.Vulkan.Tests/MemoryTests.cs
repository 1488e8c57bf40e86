using Lamina.Runtime;

namespace Lamina.Vulkan.Tests;

public sealed class MemoryTests
{
    [Test]
    [CancelAfter(300_000)]
    public async Task CreateDecoder_LargerThanTheDevice_IsRefusedAndASmallOneWorksAfterwards(CancellationToken cancellationToken)
    {
        var whole = new Offload { Devices = [VulkanDevice.Device.Name], Layers = 5 };
        using var model = await VulkanDevice.Runtime.LoadAsync(
            TinyModel.Path, new() { Offload = whole }, cancellationToken: cancellationToken);
        var bytes = model.Info.KvCache.KeyElements * 2;
        var cells = (int)Math.Min(int.MaxValue, 4 * VulkanDevice.Device.MemoryBytes!.Value / bytes);

        var error = Assert.Throws<DeviceMemoryException>(() => model.CreateDecoder(Options(cells)).Dispose());

        Assert.That(error!.Message, Does.Contain("Vulkan0").And.Contain($"{cells} cells"));
        using var decoder = model.CreateDecoder(Options(256));
        var batch = new DecodeBatch(1);
        batch.Add(5, 0, 0, output: true);
        Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
        Assert.That(decoder.GetLogits(0).ToArray(), Has.All.Matches<float>(float.IsFinite));
    }

    private static DecoderOptions Options(int cells) => new()
    {
        ContextSize = cells,
        SequenceCount = 1,
        CellCount = cells,
        BatchSize = 16,
        MicroBatchSize = 16,
        OutputLimit = 1,
        Threads = 1,
        BatchThreads = 1,
    };
}
