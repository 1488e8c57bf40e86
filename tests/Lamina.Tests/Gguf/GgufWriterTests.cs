using System.Buffers.Binary;
using Lamina.Gguf;

namespace Lamina.Tests.Gguf;

/// <summary>Files that are written, and read again.</summary>
internal sealed class GgufWriterTests
{
    private string _folder = null!;

    private string Target => Path.Combine(_folder, "model.gguf");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("lamina-tests").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [TestCase((byte)200, GgufValueType.UInt8)]
    [TestCase((sbyte)-100, GgufValueType.Int8)]
    [TestCase((ushort)60_000, GgufValueType.UInt16)]
    [TestCase((short)-30_000, GgufValueType.Int16)]
    [TestCase(4_000_000_000u, GgufValueType.UInt32)]
    [TestCase(-2_000_000_000, GgufValueType.Int32)]
    [TestCase(18_000_000_000_000_000_000ul, GgufValueType.UInt64)]
    [TestCase(-9_000_000_000_000_000_000L, GgufValueType.Int64)]
    [TestCase(1.5f, GgufValueType.Float32)]
    [TestCase(-1e300, GgufValueType.Float64)]
    [TestCase(true, GgufValueType.Boolean)]
    [TestCase("größer", GgufValueType.String)]
    public void Set_Scalar_IsReadAgain(object value, GgufValueType type)
    {
        new GgufWriter().Set("a.key", value).Write(Target);
        var found = GgufFile.Read(Target).Metadata["a.key"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(found.Type, Is.EqualTo(type));
            Assert.That(found.IsArray, Is.False);
            Assert.That(found.ToString(), Is.EqualTo(value is bool ? "true" : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    [Test]
    public void Set_Arrays_AreReadAgain()
    {
        new GgufWriter()
            .Set("texts", GgufValue.CreateArray(["a", "", "ünd"]))
            .Set("numbers", GgufValue.CreateArray([1, -2, 3]))
            .Set("none", GgufValue.CreateArray(Array.Empty<float>()))
            .Write(Target);
        var metadata = GgufFile.Read(Target).Metadata;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(metadata.Keys, Is.EqualTo((string[])["texts", "numbers", "none"]));
            Assert.That(metadata["texts"].GetStrings(), Is.EqualTo((string[])["a", "", "ünd"]));
            Assert.That(metadata["numbers"].TryGetInt64(out var second, 1) ? second : 0, Is.EqualTo(-2));
            Assert.That(metadata["none"], Has.Property("Count").Zero.And.Property("Type").EqualTo(GgufValueType.Float32));
        }
    }

    [Test]
    public void AddTensor_Several_AreWhereTheHeaderSays()
    {
        float[] first = [1, 2, 3, 4, 5, 6];
        var blocks = new byte[34 * 2];
        new Random(1).NextBytes(blocks);
        new GgufWriter()
            .Set("general.architecture", "test")
            .AddTensor("first", TensorType.F32, [3, 2], stream =>
            {
                foreach (var number in first)
                {
                    stream.Write(BitConverter.GetBytes(number));
                }
            })
            .AddTensor("second", TensorType.Q8_0, [64], stream => stream.Write(blocks))
            .Write(Target);

        var file = GgufFile.Read(Target);
        var bytes = File.ReadAllBytes(Target);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(file.Tensors.Select(tensor => tensor.Name), Is.EqualTo((string[])["first", "second"]));
            Assert.That(file.Tensors[0].Shape, Is.EqualTo((long[])[3, 2]));
            Assert.That(Data(0).ToArray().Chunk(4).Select(four => BinaryPrimitives.ReadSingleLittleEndian(four)), Is.EqualTo(first));
            Assert.That(Data(1).ToArray(), Is.EqualTo(blocks));
            Assert.That(file.Tensors.Select(tensor => (file.DataOffset + tensor.Offset) % 32), Is.All.Zero);
        }

        ReadOnlySpan<byte> Data(int index) =>
            bytes.AsSpan((int)(file.DataOffset + file.Tensors[index].Offset), (int)file.Tensors[index].Size);
    }

    [Test]
    public void Write_TensorOfAnotherSize_FailsAndLeavesWhatWasThere()
    {
        new GgufWriter().Set("which", "old").Write(Target);
        var writer = new GgufWriter().Set("which", "new").AddTensor("t", TensorType.F16, [4], stream => stream.Write(new byte[7]));
        Assert.That(() => writer.Write(Target), Throws.InvalidOperationException.With.Message.Contains("8 bytes").And.Message.Contains("7"));
        AssertOldAlone();
    }

    [Test]
    public void Write_Cancelled_LeavesWhatWasThere()
    {
        new GgufWriter().Set("which", "old").Write(Target);
        using var cancellation = new CancellationTokenSource();
        var writer = new GgufWriter().Set("which", "new")
            .AddTensor("a", TensorType.I8, [1], stream =>
            {
                stream.WriteByte(1);
                cancellation.Cancel();
            })
            .AddTensor("b", TensorType.I8, [1], stream => stream.WriteByte(2));
        Assert.That(() => writer.Write(Target, cancellation.Token), Throws.InstanceOf<OperationCanceledException>());
        AssertOldAlone();
    }

    [Test]
    public void Set_WhatTheFormatLacks_NamesTheFault()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => new GgufWriter().Set("key", 1m), Throws.ArgumentException.With.Message.Contains("Decimal"));
            Assert.That(() => GgufValue.CreateArray([DateTime.UnixEpoch]), Throws.ArgumentException.With.Message.Contains("DateTime"));
            Assert.That(() => new GgufWriter().Set("", 1), Throws.ArgumentException);
            Assert.That(() => new GgufWriter().Set("general.alignment", 64u), Throws.ArgumentException.With.Message.Contains("32"));
        }
    }

    [Test]
    public void AddTensor_Faulty_NamesTheFault()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Add("t", TensorType.Q4_K, [100]), Throws.ArgumentException.With.Message.Contains("256").And.Message.Contains("100"));
            Assert.That(() => Add("t", TensorType.F32, []), Throws.ArgumentException);
            Assert.That(() => Add("t", TensorType.F32, [1, 1, 1, 1, 1]), Throws.ArgumentException);
            Assert.That(() => Add("t", TensorType.F32, [4, 0]), Throws.ArgumentException.With.Message.Contains("4 x 0"));
            Assert.That(() => Add("t", (TensorType)4, [32]), Throws.ArgumentException.With.Message.Contains('4'));
            Assert.That(() => Add("t", TensorType.F32, [1]).AddTensor("t", TensorType.F32, [1], _ => { }), Throws.ArgumentException.With.Message.Contains("'t'"));
        }

        static GgufWriter Add(string name, TensorType type, System.Collections.Immutable.ImmutableArray<long> shape) =>
            new GgufWriter().AddTensor(name, type, shape, _ => { });
    }

    private void AssertOldAlone()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(GgufFile.Read(Target).Metadata.GetString("which"), Is.EqualTo("old"));
            Assert.That(Directory.GetFiles(_folder), Is.EqualTo((string[])[Target]));
        }
    }
}
