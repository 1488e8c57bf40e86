using System.Numerics.Tensors;
using Lamina.Tokens;

namespace Lamina.Vulkan.Tests;

public sealed class EmbedTests
{
    [Test]
    [CancelAfter(120_000)]
    public async Task EmbedAsync_OneTextAndTwo_GivesUnitVectorsOfTheSameDirection(CancellationToken cancellationToken)
    {
        Prompt[] texts = ["Once upon a time", "There was once"];
        var alone = await VulkanDevice.Engine.EmbedAsync(texts[..1], cancellationToken: cancellationToken);
        var together = await VulkanDevice.Engine.EmbedAsync(texts, cancellationToken: cancellationToken);

        using (Assert.EnterMultipleScope())
        {
            Assert.That(together.Select(vector => (double)TensorPrimitives.Norm<float>(vector)), Has.All.EqualTo(1).Within(1e-3));
            Assert.That(TensorPrimitives.Dot<float>(alone[0], together[0]), Is.EqualTo(1).Within(1e-3));
            Assert.That(TensorPrimitives.Dot<float>(together[0], together[1]), Is.LessThan(0.99));
            TestContext.Out.WriteLine(string.Join(' ', alone[0].Take(6)));
        }
    }
}
