using System.Collections.Immutable;
using System.Text;
using Lamina.Gguf;
using Lamina.Quantization;
using Lamina.TestSupport.Gguf;
using Lamina.Tests.Gguf;

namespace Lamina.Tests.Quantization;

/// <summary>Importance matrices that are written and read again, and files that are none.</summary>
public sealed class ImportanceMatrixFileTests
{
    private static readonly float[] Sums = [2, 4, 6, 0, 0, 0, 5, 10, 15.5f];

    private string _folder = "";

    private string Target => Path.Combine(_folder, "matrix.gguf");

    [SetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("lamina-tests").FullName;

    [TearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Save_Matrix_IsLoadedAsItWas()
    {
        Matrix().Save(Target);
        var found = ImportanceMatrix.Load(Target);
        found.TryGet("blk.0.ffn_up_exps.weight", out var experts);
        found.TryGetCounts("blk.0.ffn_up_exps.weight", out var counts);
        found.TryGet("blk.0.attn_q.weight", out var dense);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(experts.ToArray(), Is.EqualTo((float[])[1, 2, 3, 1, 1, 1, 1, 2, 3.1f]));
            Assert.That(counts.ToArray(), Is.EqualTo((long[])[2, 0, 5]));
            Assert.That(dense.ToArray(), Is.EqualTo((float[])[0.5f, 0.25f]));
            Assert.That((found.ChunkCount, found.ChunkSize), Is.EqualTo((3, 512)));
            Assert.That(found.Datasets, Is.EqualTo((string[])["one.txt", "ünd zwei"]));
            Assert.That(Directory.GetFiles(_folder), Has.Length.EqualTo(1));
        }
    }

    [Test]
    public void Save_Matrix_HasTheNamesThatLlamaCppLooksFor()
    {
        Matrix().Save(Target);
        var file = GgufFile.Read(Target);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(file.Metadata.GetString("general.type"), Is.EqualTo("imatrix"));
            Assert.That(file.Metadata["imatrix.chunk_count"].Type, Is.EqualTo(GgufValueType.UInt32));
            Assert.That(file.Metadata["imatrix.chunk_size"].Type, Is.EqualTo(GgufValueType.UInt32));
            Assert.That(file.Metadata["imatrix.datasets"].IsArray, Is.True);
            Assert.That(file.Tensors.Select(tensor => (tensor.Name, string.Join(' ', tensor.Shape), tensor.Type)), Is.EqualTo(
                ((string, string, TensorType)[])
                [
                    ("blk.0.attn_q.weight.in_sum2", "2 1", TensorType.F32), ("blk.0.attn_q.weight.counts", "1 1", TensorType.F32),
                    ("blk.0.ffn_up_exps.weight.in_sum2", "3 3", TensorType.F32),
                    ("blk.0.ffn_up_exps.weight.counts", "1 3", TensorType.F32),
                ]));
        }
    }

    [Test]
    public void Load_OneCountForAllMatrices_DividesAllByIt()
    {
        Write(("w.in_sum2", [3, 2], [2, 4, 6, 8, 10, 12]), ("w.counts", [1], [2]));
        Assert.That(ImportanceMatrix.Load(Target).TryGet("w", out var importance), Is.True);
        Assert.That(importance.ToArray(), Is.EqualTo((float[])[1, 2, 3, 4, 5, 6]));
    }

    [Test]
    public void Load_OlderFormat_GivesTheMeans()
    {
        File.WriteAllBytes(Target, Older("blk.0.ffn_up.weight", 4, [2, 4, 8], 7, "wiki"));
        var found = ImportanceMatrix.Load(Target);
        found.TryGet("blk.0.ffn_up.weight", out var importance);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(importance.ToArray(), Is.EqualTo((float[])[0.5f, 1, 2]));
            Assert.That((found.ChunkCount, found.ChunkSize), Is.EqualTo((7, 1)));
            Assert.That(found.Datasets, Is.EqualTo((string[])["wiki"]));
        }
    }

    [Test]
    public void Load_OlderFormatWithoutAnEnd_IsRead()
    {
        File.WriteAllBytes(Target, Older("w", 0, [2, 4], 0, "")[..^8]);
        Assert.That(ImportanceMatrix.Load(Target).TryGet("w", out var importance), Is.True);
        Assert.That(importance.ToArray(), Is.EqualTo((float[])[2, 4]), "no calls leave the values as they are");
    }

    [Test]
    public void Load_CutShortAnywhere_IsRefused()
    {
        Matrix().Save(Target);
        foreach (var whole in (byte[][])[File.ReadAllBytes(Target), Older("w", 4, [2, 4, 8], 7, "wiki")])
        {
            // The last tensor's padding is no loss, nor is what the older format has behind the entries.
            for (var length = 0; length < whole.Length - 32; length++)
            {
                File.WriteAllBytes(Target, whole[..length]);
                Assert.That(
                    () => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains(Target), $"{length}");
            }
        }
    }

    [Test]
    public void Load_BytesChanged_GivesAMatrixOrAClearError()
    {
        var random = new Random(5);
        Matrix().Save(Target);
        foreach (var whole in (byte[][])[File.ReadAllBytes(Target), Older("w", 4, [2, 4, 8], 7, "wiki")])
        {
            for (var round = 0; round < 1500; round++)
            {
                var damaged = whole.ToArray();
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                File.WriteAllBytes(Target, damaged);
                try
                {
                    foreach (var entry in ImportanceMatrix.Load(Target).Entries.Values)
                    {
                        Assert.That(entry.Means(), Is.All.Not.NaN.And.All.Not.Negative);
                    }
                }
                catch (GgufException e)
                {
                    Assert.That(e.Path, Is.EqualTo(Target));
                }
            }
        }
    }

    [TestCase(float.NaN)]
    [TestCase(float.NegativeInfinity)]
    [TestCase(-1)]
    public void Load_NumbersThatCannotBe_NamesTheTensor(float value)
    {
        Write(("w.in_sum2", [2], [1, value]), ("w.counts", [1], [2]));
        Assert.That(() => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains("w.in_sum2"));
        Write(("w.in_sum2", [2], [1, 2]), ("w.counts", [1], [value]));
        Assert.That(() => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains("w.counts"));
        File.WriteAllBytes(Target, Older("w", 1, [value], 1, ""));
        Assert.That(() => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains("entry 0"));
    }

    [Test]
    public void Load_TensorsThatDoNotPair_AreRefused()
    {
        Write(("w.in_sum2", [2], [1, 2]));
        Assert.That(() => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains("'w' has 2 sums"));
        Write(("w.counts", [1], [1]));
        Assert.That(() => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains("1 tensors"));
        Write();
        Assert.That(() => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains("0 tensors"));
        Write(("w.in_sum2", [3], [1, 2, 3]), ("w.counts", [2], [1, 1]));
        Assert.That(() => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains("2 counts"));
    }

    [Test]
    public void Load_ForeignFiles_SaysWhatTheyAreNot()
    {
        File.WriteAllBytes(Target, TinyLlama.Create().ToBytes());
        Assert.That(
            () => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains("'general.type' is 'missing'"));
        File.WriteAllText(Target, "Once upon a time there was a text that was long enough.");
        Assert.That(
            () => ImportanceMatrix.Load(Target), Throws.TypeOf<GgufException>().With.Message.Contains("no importance matrix"));
        Assert.That(() => ImportanceMatrix.Load(_folder), Throws.TypeOf<GgufException>().With.Message.Contains("directory"));
        Assert.That(() => ImportanceMatrix.Load(Path.Combine(_folder, "none")), Throws.TypeOf<FileNotFoundException>());
    }

    private static ImportanceMatrix Matrix() => new(
        [new("blk.0.ffn_up_exps.weight", new(Sums, [2, 0, 5])), new("blk.0.attn_q.weight", new([2, 1], [4]))],
        3, 512, ["one.txt", "ünd zwei"]);

    private static byte[] Older(string name, int calls, float[] values, int chunks, string dataset)
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write(1);
        WriteText(name);
        writer.Write(calls);
        writer.Write(values.Length);
        foreach (var value in values)
        {
            writer.Write(value);
        }

        writer.Write(chunks);
        WriteText(dataset);
        return stream.ToArray();

        void WriteText(string text)
        {
            writer.Write(Encoding.UTF8.GetByteCount(text));
            writer.Write(Encoding.UTF8.GetBytes(text));
        }
    }

    private void Write(params (string Name, ImmutableArray<long> Shape, float[] Values)[] tensors)
    {
        var writer = new GgufWriter()
            .Set("general.type", "imatrix")
            .Set("imatrix.datasets", GgufValue.CreateArray(Array.Empty<string>()))
            .Set("imatrix.chunk_count", 1u)
            .Set("imatrix.chunk_size", 512u);
        foreach (var (name, shape, values) in tensors)
        {
            writer.AddTensor(name, TensorType.F32, shape, stream => stream.Write(
                System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan())));
        }

        writer.Write(Target);
    }
}
