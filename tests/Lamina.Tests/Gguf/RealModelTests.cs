using Lamina.Gguf;
using Lamina.TestSupport;

namespace Lamina.Tests.Gguf;

internal sealed class RealModelTests
{
    [TestCase("SmolLM2-135M-Instruct.Q4_1.gguf", "llama", 49152)]
    [TestCase("all-MiniLM-L6-v2.F16.gguf", "bert", 30522)]
    [TestCase("random-bert-rank.gguf", "bert", null)]
    [TestCase("random-gemma3-swa64.gguf", "gemma3", 2048)]
    [TestCase("random-lfm2-hybrid.gguf", "lfm2", 2048)]
    [TestCase("random-mamba.gguf", "mamba", 2048)]
    [TestCase("random-qwen3moe.gguf", "qwen3moe", 2048)]
    public void Validate_RealModel_Passes(string name, string architecture, int? tokens)
    {
        var gguf = GgufFile.Read(TestModels.Require(name));

        Assert.Multiple(() =>
        {
            Assert.That(() => GgufValidator.Validate(gguf), Throws.Nothing);
            Assert.That(gguf.Architecture, Is.EqualTo(architecture));
            Assert.That(gguf.VocabularySize, Is.EqualTo(tokens ?? gguf.VocabularySize));
            Assert.That(gguf.DataOffset + gguf.TensorBytes, Is.LessThanOrEqualTo(gguf.Length));
        });
    }

    [Test]
    public void Read_RealModel_KnowsItsSizes()
    {
        var gguf = GgufFile.Read(TestModels.Require("SmolLM2-135M-Instruct.Q4_1.gguf"));

        Assert.Multiple(() =>
        {
            Assert.That(gguf.FileType, Is.EqualTo(GgufFileType.Q4_1));
            Assert.That(gguf.BlockCount, Is.EqualTo(30));
            Assert.That(gguf.ContextLength, Is.EqualTo(8192));
            Assert.That(gguf.EmbeddingLength, Is.EqualTo(576));
            Assert.That(gguf.Metadata.GetArray("tokenizer.ggml.tokens")!.GetString(1), Is.EqualTo("<|im_start|>"));
        });
    }
}
