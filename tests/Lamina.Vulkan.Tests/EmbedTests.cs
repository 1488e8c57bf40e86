using System.Numerics.Tensors;
using Lamina.Tokens;

namespace Lamina.Vulkan.Tests;

public sealed class EmbedTests
{
    /// <summary>The beginning of the vector that the CPU gives for the first text.</summary>
    private static readonly float[] Expected = [0.0315f, -0.0322f, -0.0134f, 0.0348f, -0.0822f, 0.2062f];

    [Test]
    [CancelAfter(120_000)]
    public async Task EmbedAsync_OneTextAndTwo_GivesTheVectorsOfTheCpu(CancellationToken cancellationToken)
    {
        Prompt[] texts = ["Once upon a time", "There was once"];
        var alone = await VulkanDevice.Engine.EmbedAsync(texts[..1], cancellationToken: cancellationToken);
        var together = await VulkanDevice.Engine.EmbedAsync(texts, cancellationToken: cancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(alone[0].Take(Expected.Length), Is.EqualTo(Expected).Within(1e-3));
            Assert.That(TensorPrimitives.Dot<float>(alone[0], together[0]), Is.EqualTo(1).Within(1e-3));
            Assert.That(TensorPrimitives.Dot<float>(together[0], together[1]), Is.LessThan(0.99));
        }
    }
}
