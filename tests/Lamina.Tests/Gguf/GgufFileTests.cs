using System.Buffers.Binary;
using Lamina.Gguf;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests.Gguf;

internal sealed class GgufFileTests
{
    [Test]
    public void Read_BuiltFile_GivesWhatWasWritten()
    {
        using var file = new TemporaryFile(TinyLlama.Create().ToBytes());

        var gguf = GgufFile.Read(file.Path);

        Assert.Multiple(() =>
        {
            Assert.That(gguf.Version, Is.EqualTo(3));
            Assert.That(gguf.Architecture, Is.EqualTo("llama"));
            Assert.That(gguf.Name, Is.EqualTo("tiny"));
            Assert.That(gguf.FileType, Is.EqualTo(GgufFileType.F32));
            Assert.That(gguf.ContextLength, Is.EqualTo(256));
            Assert.That(gguf.EmbeddingLength, Is.EqualTo(TinyLlama.Width));
            Assert.That(gguf.BlockCount, Is.EqualTo(2));
            Assert.That(gguf.VocabularySize, Is.EqualTo(TinyLlama.Tokens));
            Assert.That(gguf.Alignment, Is.EqualTo(32));
            Assert.That(gguf.DataOffset % 32, Is.Zero);
            Assert.That(gguf.TensorBytes, Is.EqualTo(4 * gguf.ParameterCount));
            Assert.That(gguf.PartCount, Is.EqualTo(1));
            Assert.That(gguf.Length, Is.EqualTo(new FileInfo(file.Path).Length));
        });
    }

    [Test]
    public void Read_EveryKindOfValue_KeepsItsType()
    {
        var image = new GgufImage();
        image["u8"] = (byte)200;
        image["i8"] = (sbyte)-3;
        image["u16"] = (ushort)60000;
        image["i16"] = (short)-300;
        image["u32"] = 4000000000u;
        image["i32"] = -70000;
        image["u64"] = ulong.MaxValue;
        image["i64"] = long.MinValue;
        image["f32"] = 1.5f;
        image["f64"] = -2.25;
        image["yes"] = true;
        image["text"] = "grüß";
        image["list"] = new[] { "a", "", "ccc" };
        image["numbers"] = new short[] { 1, -2, 3 };
        using var file = new TemporaryFile(image.ToBytes());

        var metadata = GgufFile.Read(file.Path).Metadata;

        Assert.Multiple(() =>
        {
            Assert.That(metadata.Keys, Is.EqualTo(image.Metadata.Select(pair => pair.Key)), "the order of the file");
            Assert.That(metadata.TryGetUInt64("u8", out var u8) ? u8 : 0, Is.EqualTo(200));
            Assert.That(metadata.TryGetInt64("i8", out var i8) ? i8 : 0, Is.EqualTo(-3));
            Assert.That(metadata.TryGetUInt64("i8", out _), Is.False);
            Assert.That(metadata.TryGetUInt64("u16", out var u16) ? u16 : 0, Is.EqualTo(60000));
            Assert.That(metadata.TryGetInt64("i16", out var i16) ? i16 : 0, Is.EqualTo(-300));
            Assert.That(metadata.TryGetUInt64("u32", out var u32) ? u32 : 0, Is.EqualTo(4000000000));
            Assert.That(metadata.TryGetInt64("i32", out var i32) ? i32 : 0, Is.EqualTo(-70000));
            Assert.That(metadata.TryGetUInt64("u64", out var u64) ? u64 : 0, Is.EqualTo(ulong.MaxValue));
            Assert.That(metadata.TryGetInt64("u64", out _), Is.False);
            Assert.That(metadata.TryGetInt64("i64", out var i64) ? i64 : 0, Is.EqualTo(long.MinValue));
            Assert.That(metadata.TryGetDouble("f32", out var f32) ? f32 : 0, Is.EqualTo(1.5));
            Assert.That(metadata.TryGetDouble("f64", out var f64) ? f64 : 0, Is.EqualTo(-2.25));
            Assert.That(metadata.TryGetBoolean("yes", out var yes) && yes, Is.True);
            Assert.That(metadata.GetString("text"), Is.EqualTo("grüß"));
            Assert.That(metadata.GetString("list"), Is.Null);
            Assert.That(metadata.GetArray("list")!.GetStrings(), Is.EqualTo(new[] { "a", "", "ccc" }));
            Assert.That(metadata.GetArray("numbers")!.TryGetInt64(out var second, 1) ? second : 0, Is.EqualTo(-2));
            Assert.That(metadata.GetArray("numbers")!.TryGetInt64(out _, 3), Is.False);
            Assert.That(metadata.GetString("missing"), Is.Null);
            Assert.That(string.Join(' ', metadata.Values), Is.EqualTo(
                "200 -3 60000 -300 4000000000 -70000 18446744073709551615 -9223372036854775808 1.5 -2.25 true grüß "
                + "String[3] Int16[3]"));
        });
    }

    [Test]
    public void Read_OtherAlignment_FindsTheData()
    {
        var image = TinyLlama.Create();
        image.Alignment = 256;
        image["general.alignment"] = 256u;
        using var file = new TemporaryFile(image.ToBytes());

        var gguf = GgufFile.Read(file.Path);

        Assert.Multiple(() =>
        {
            Assert.That(gguf.DataOffset % 256, Is.Zero);
            Assert.That(() => GgufValidator.Validate(gguf), Throws.Nothing);
        });
    }

    [Test]
    public void Read_Version2_IsRead()
    {
        var image = TinyLlama.Create();
        image.Version = 2;
        using var file = new TemporaryFile(image.ToBytes());

        Assert.That(GgufFile.Read(file.Path).Version, Is.EqualTo(2));
    }

    [Test]
    public async Task ReadAsync_BuiltFile_ReadsTheSame()
    {
        using var file = new TemporaryFile(TinyLlama.Create().ToBytes());

        Assert.That((await GgufFile.ReadAsync(file.Path)).Name, Is.EqualTo("tiny"));
    }

    [Test]
    public void Read_Cancelled_Stops()
    {
        using var file = new TemporaryFile(TinyLlama.Create().ToBytes());

        Assert.That(() => GgufFile.Read(file.Path, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Read_MissingFile_Throws() =>
        Assert.That(() => GgufFile.Read("no-such-file.gguf"), Throws.InstanceOf<FileNotFoundException>());

    [Test]
    public void Read_Directory_SaysSo() =>
        Assert.That(() => GgufFile.Read(Path.GetTempPath()),
            Throws.InstanceOf<GgufException>().With.Message.Contains("it is a directory"));

    [Test]
    public void Read_CutAnywhereInTheHeader_IsRefused()
    {
        var bytes = TinyLlama.Create().ToBytes();
        using var file = new TemporaryFile(bytes);
        var header = (int)GgufFile.Read(file.Path).DataOffset;

        for (var length = 0; length < header; length = length < 64 ? length + 1 : length + 37)
        {
            using var cut = new TemporaryFile(bytes[..length]);
            Assert.That(() => GgufValidator.Validate(GgufFile.Read(cut.Path)), Throws.InstanceOf<GgufException>(), $"{length} bytes");
        }
    }

    [TestCase(8, ulong.MaxValue, "the number of tensors")]
    [TestCase(8, 1000000UL, "the number of tensors")]
    [TestCase(16, ulong.MaxValue, "the number of metadata values")]
    [TestCase(16, 1000000UL, "the number of metadata values")]
    [TestCase(24, ulong.MaxValue, "key 0")]
    [TestCase(24, 1UL << 40, "key 0")]
    public void Read_HostileCount_IsRefusedWithoutAllocatingForIt(int at, ulong count, string what)
    {
        var bytes = TinyLlama.Create().ToBytes();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), count);
        using var file = new TemporaryFile(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();

        Assert.That(() => GgufFile.Read(file.Path), Throws.InstanceOf<GgufException>().With.Message.Contains(what));

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 20));
    }

    [Test]
    public void Read_HostileArrayLength_IsRefusedWithoutAllocatingForIt()
    {
        var image = new GgufImage();
        image["list"] = new[] { "a" };
        var bytes = image.ToBytes();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(24 + 8 + 4 + 4 + 4), 1UL << 60);
        using var file = new TemporaryFile(bytes);

        Assert.That(() => GgufFile.Read(file.Path),
            Throws.InstanceOf<GgufException>().With.Message.Contains("the length of 'list' is 1152921504606846976"));
    }
}
