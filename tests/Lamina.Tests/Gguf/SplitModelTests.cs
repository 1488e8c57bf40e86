using Lamina.Gguf;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests.Gguf;

internal sealed class SplitModelTests
{
    private const string First = "tiny-00001-of-00002.gguf";
    private const string Second = "tiny-00002-of-00002.gguf";

    [Test]
    public void Validate_AllPartsThere_Passes()
    {
        var (first, second) = Split();
        using var file = new TemporaryFile(first.ToBytes(), First);
        file.Add(Second, second.ToBytes());

        var gguf = GgufFile.Read(file.Path);

        Assert.Multiple(() =>
        {
            Assert.That(gguf.PartCount, Is.EqualTo(2));
            Assert.That(gguf.PartIndex, Is.Zero);
            Assert.That(
                GgufValidator.Validate(gguf).Select(part => part.Path), Is.EqualTo(new[] { gguf.Path, file.Path.Replace(First, Second, StringComparison.Ordinal) }));
        });
    }

    [Test]
    public void Validate_PartMissing_NamesIt()
    {
        using var file = new TemporaryFile(Split().First.ToBytes(), First);

        AssertRefused(file, Second);
    }

    [Test]
    public void Validate_PartCutShort_NamesIt()
    {
        var (first, second) = Split();
        using var file = new TemporaryFile(first.ToBytes(), First);
        file.Add(Second, second.ToBytes()[..^2000]);

        AssertRefused(file, Second);
    }

    [Test]
    public void Validate_OtherName_IsRefused()
    {
        using var file = new TemporaryFile(Split().First.ToBytes());

        AssertRefused(file, "must end in '-00001-of-00002.gguf'");
    }

    [Test]
    public void Validate_SecondPart_AsksForTheFirst()
    {
        using var file = new TemporaryFile(Split().Second.ToBytes(), Second);

        AssertRefused(file, First);
    }

    [TestCase((ushort)0)]
    [TestCase(1u)]
    [TestCase("1")]
    public void Validate_PartWithAnotherNumber_IsRefused(object number)
    {
        var (first, second) = Split();
        second["split.no"] = number;
        using var file = new TemporaryFile(first.ToBytes(), First);
        file.Add(Second, second.ToBytes());

        AssertRefused(file, "'split.no'");
    }

    [Test]
    public void Validate_OtherNumberOfTensors_IsRefused()
    {
        var (first, second) = Split();
        first["split.tensors.count"] = 99;
        using var file = new TemporaryFile(first.ToBytes(), First);
        file.Add(Second, second.ToBytes());

        AssertRefused(file, "'split.tensors.count' says 99");
    }

    [Test]
    public void Validate_TensorInTwoParts_IsRefused()
    {
        var (first, second) = Split();
        second.Tensors[0].Name = first.Tensors[0].Name;
        using var file = new TemporaryFile(first.ToBytes(), First);
        file.Add(Second, second.ToBytes());

        AssertRefused(file, "two of its parts");
    }

    private static (GgufImage First, GgufImage Second) Split()
    {
        var first = TinyLlama.Create();
        var second = new GgufImage();
        first["split.no"] = (ushort)0;
        second["split.no"] = (ushort)1;
        first["split.count"] = second["split.count"] = (ushort)2;
        first["split.tensors.count"] = second["split.tensors.count"] = first.Tensors.Count;
        second.Tensors.AddRange(first.Tensors[10..]);
        first.Tensors.RemoveRange(10, first.Tensors.Count - 10);
        return (first, second);
    }

    private static void AssertRefused(TemporaryFile file, string message) =>
        Assert.That(() => GgufValidator.Validate(GgufFile.Read(file.Path)),
            Throws.InstanceOf<GgufException>().With.Message.Contains(message));
}
