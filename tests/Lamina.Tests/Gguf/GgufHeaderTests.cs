using System.Text;
using Lamina.Gguf;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests.Gguf;

/// <summary>What is no header at all.</summary>
internal sealed class GgufHeaderTests
{
    [TestCase("", "it is empty")]
    [TestCase("GG", "cut short")]
    [TestCase("PK\u0003\u0004 and more", "it is no GGUF file")]
    [TestCase("GGUF", "cut short")]
    public void Read_OtherFile_IsRefused(string content, string message)
    {
        using var file = new TemporaryFile(Encoding.ASCII.GetBytes(content));

        Assert.That(() => GgufFile.Read(file.Path), Throws.InstanceOf<GgufException>().With.Message.Contains(message));
    }

    [TestCase(0u, "version 0")]
    [TestCase(1u, "version 1")]
    [TestCase(4u, "version 4")]
    [TestCase(0x03000000u, "big-endian")]
    public void Read_OtherVersion_IsRefused(uint version, string message)
    {
        var image = TinyLlama.Create();
        image.Version = version;

        AssertRefused(image, message);
    }

    [Test]
    public void Read_TwoKeysOfOneName_AreRefused()
    {
        var image = TinyLlama.Create();
        image.Metadata.Add(new("general.name", "again"));

        AssertRefused(image, "'general.name' twice");
    }

    [TestCase("", "is empty")]
    [TestCase("llama.block_count\0", "NUL")]
    public void Read_BadKey_IsRefused(string key, string message)
    {
        var image = TinyLlama.Create();
        image.Metadata.Add(new(key, 1u));

        AssertRefused(image, message);
    }

    [TestCase(0u)]
    [TestCase(48u)]
    [TestCase(32)]
    public void Read_BadAlignment_IsRefused(object alignment)
    {
        var image = TinyLlama.Create();
        image["general.alignment"] = alignment;

        AssertRefused(image, "'general.alignment'");
    }

    [Test]
    public void Read_TwoTensorsOfOneName_AreRefused()
    {
        var image = TinyLlama.Create();
        image.Tensors[3].Name = image.Tensors[4].Name;

        AssertRefused(image, "two tensors named");
    }

    [Test]
    public void Read_LongTensorName_IsRefused()
    {
        var image = TinyLlama.Create();
        image.Tensors[3].Name = new string('n', 64);

        AssertRefused(image, "longer than 63 bytes");
    }

    [Test]
    public void Read_FiveDimensions_AreRefused()
    {
        var image = TinyLlama.Create();
        image.Tensors[3].Shape = [2, 2, 2, 2, 2];

        AssertRefused(image, "has 5 dimensions");
    }

    [TestCase(-1L, 1L, "no length can be negative")]
    [TestCase(long.MaxValue, 4L, "more numbers than a file can hold")]
    [TestCase(long.MaxValue, 0L, "is empty")]
    public void Read_ImpossibleShape_IsRefused(long first, long second, string message)
    {
        var image = TinyLlama.Create();
        image.Tensors[^1].Shape = [first, second];

        AssertRefused(image, message);
    }

    [TestCase(4)]
    [TestCase(38)]
    [TestCase(43)]
    [TestCase(-1)]
    public void Read_TypeThatIsNoMore_IsRefused(int type)
    {
        var image = TinyLlama.Create();
        image.Tensors[3].Type = (TensorType)type;

        AssertRefused(image, "which the format does not have");
    }

    [Test]
    public void Read_RowThatIsNoWholeNumberOfBlocks_IsRefused()
    {
        var image = TinyLlama.Create();
        image.Tensors[0].Type = TensorType.Q6_K;

        AssertRefused(image, "Q6_K stores 256 together");
    }

    private static void AssertRefused(GgufImage image, string message) =>
        Assert.That(() => GgufValidatorTests.Validate(image), Throws.InstanceOf<GgufException>().With.Message.Contains(message));
}
