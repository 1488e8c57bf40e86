namespace Lamina.Vulkan.Tests;

public sealed class EmbedTests
{
    /// <summary>The beginning of the vector that the CPU gives.</summary>
    private static readonly float[] Expected = [0.0315f, -0.0322f, -0.0134f, 0.0348f, -0.0822f, 0.2062f];

    [Test]
    [CancelAfter(300_000)]
    public async Task EmbedAsync_Text_GivesTheVectorOfTheCpu(CancellationToken cancellationToken)
    {
        var vector = await VulkanDevice.Engine.EmbedAsync("Once upon a time", cancellationToken: cancellationToken);

        Assert.That(vector.Take(Expected.Length), Is.EqualTo(Expected).Within(1e-3));
    }
}
