using Lamina.LlamaCpp;
using Lamina.Runtime;
using Lamina.TestSupport;

namespace Lamina.Vulkan.Tests;

/// <summary>
/// The first Vulkan device, and one engine on it for all tests; without one all are skipped. With
/// GGML_VK_VISIBLE_DEVICES=0 in the environment it may be a device in software, such as Mesa's, which is slow, and slowest at
/// compiling shaders: there are others for each number of tokens up to 8, so here 4 are computed at once, or 1.
/// </summary>
[SetUpFixture]
public sealed class VulkanDevice
{
    private static ComputeDevice? _device;
    private static IInferenceEngine? _engine;

    public static ComputeDevice Device => _device!;

    public static IInferenceEngine Engine => _engine!;

    /// <summary>What llama.cpp wrote while the engine was loaded.</summary>
    public static LogRecorder Log { get; } = new();

    public static LlamaCppRuntime Runtime { get; } = new();

    [OneTimeSetUp]
    public static async Task LoadAsync()
    {
        var inventory = Runtime.GetDevices();
        _device = inventory.Devices.FirstOrDefault(device => string.Equals(device.Backend, "Vulkan", StringComparison.Ordinal));
        if (_device is null)
        {
            var reasons = inventory.Unusable.Select(backend => backend.Reason).DefaultIfEmpty("LAMINA_NATIVE_PATH has no Vulkan library.");
            Assert.Ignore($"No Vulkan device: {string.Join(' ', reasons)} (A device in software needs GGML_VK_VISIBLE_DEVICES=0.)");
        }

        _engine = await LlamaCpp.LlamaCpp.LoadAsync(
            TinyModel.Path, new() { ContextSize = 256, MaxSequences = 2, MicroBatchSize = 4 }, loggerFactory: Log);
    }

    [OneTimeTearDown]
    public static ValueTask DisposeAsync() => _engine?.DisposeAsync() ?? ValueTask.CompletedTask;
}
