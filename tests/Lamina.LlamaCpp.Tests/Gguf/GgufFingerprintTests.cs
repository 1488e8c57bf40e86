using Lamina.Gguf;
using Lamina.TestSupport;
using Lamina.TestSupport.Gguf;

namespace Lamina.LlamaCpp.Tests.Gguf;

public sealed class GgufFingerprintTests
{
    private const int SampleBytes = 1 << 16;

    private string _folder = "";

    [SetUp]
    public void CreateFolder() => _folder = Directory.CreateTempSubdirectory("lamina-tests").FullName;

    [TearDown]
    public void DeleteFolder() => Directory.Delete(_folder, recursive: true);

    [Test]
    public void Compute_OfACopyElsewhere_IsTheSame()
    {
        var bytes = TinyLlama.Create().ToBytes();
        var found = Fingerprint(bytes);

        Assert.That(found, Does.Match("^[0-9a-f]{32}$"));
        Assert.That(Fingerprint(bytes), Is.EqualTo(found));
    }

    [Test]
    public void Compute_OfASmallFile_CountsEveryByteOfItsWeights()
    {
        var bytes = TinyLlama.Create().ToBytes();
        var expected = Fingerprint(bytes);
        var start = (int)GgufFile.Read(Write(bytes)).DataOffset;
        for (var at = start; at < bytes.Length; at += 997)
        {
            bytes[at] ^= 1;
            Assert.That(Fingerprint(bytes), Is.Not.EqualTo(expected), $"byte {at}");
            bytes[at] ^= 1;
        }
    }

    [Test]
    public void Compute_OfALargeFile_CountsSamplesFromFirstToLastByte()
    {
        var (bytes, start) = LargeFile();
        var expected = Fingerprint(bytes);
        var between = (bytes.Length - start - SampleBytes) / 63;
        for (var sample = 0; sample < 63; sample += 9)
        {
            foreach (var at in (int[])[start + sample * between, start + sample * between + SampleBytes - 1])
            {
                bytes[at] ^= 1;
                Assert.That(Fingerprint(bytes), Is.Not.EqualTo(expected), $"byte {at}");
                bytes[at] ^= 1;
            }
        }

        bytes[^1] ^= 1;
        Assert.That(Fingerprint(bytes), Is.Not.EqualTo(expected));
        bytes[^1] ^= 1;
        Assert.That(Fingerprint(bytes), Is.EqualTo(expected));
    }

    [Test]
    public void Compute_OfTheSameWeightsUnderAnotherHeaderOrOfAnotherLength_Differs()
    {
        var image = TinyLlama.Create();
        var expected = Fingerprint(image.ToBytes());

        image["general.name"] = "tinz";
        Assert.That(Fingerprint(image.ToBytes()), Is.Not.EqualTo(expected));

        image["general.name"] = "tiny";
        Assert.That(Fingerprint([.. image.ToBytes(), 0]), Is.Not.EqualTo(expected));
    }

    [Test]
    public void Compute_OfAModelInParts_CountsAllInOrder()
    {
        var one = GgufFile.Read(Write(TinyLlama.Create().ToBytes()));
        var other = GgufFile.Read(Write(TinyLlama.Create(seed: 2).ToBytes()));
        string[] found =
        [
            GgufFingerprint.Compute([one]),
            GgufFingerprint.Compute([other]),
            GgufFingerprint.Compute([one, other]),
            GgufFingerprint.Compute([other, one]),
        ];

        Assert.That(found, Is.Unique);
    }

    [Test]
    public void Compute_OfAFileThatBecameShorter_SaysSo()
    {
        var bytes = TinyLlama.Create().ToBytes();
        var file = GgufFile.Read(Write(bytes));
        File.WriteAllBytes(file.Path, bytes.AsSpan(0, bytes.Length - 1));

        Assert.Throws<EndOfStreamException>(() => GgufFingerprint.Compute([file]));
    }

    [Test]
    public async Task Info_OfALoadedModel_HasIt()
    {
        var path = TestModels.Require(TestEngines.SmolName);
        using var model = await new LlamaCppRuntime().LoadAsync(path);
        Assert.That(model.Info.Fingerprint, Is.EqualTo(GgufFingerprint.Compute([GgufFile.Read(path)])));
    }

    private static (byte[] Bytes, int Start) LargeFile()
    {
        var image = new GgufImage();
        image["general.architecture"] = "llama";
        var tensor = ImageTensor.Create("large.weight", TensorType.F32, 1 << 21);
        new Random(1).NextBytes(tensor.Data);
        image.Tensors.Add(tensor);
        var bytes = image.ToBytes();
        return (bytes, bytes.Length - tensor.Data.Length);
    }

    private string Fingerprint(byte[] bytes)
    {
        var path = Write(bytes);
        var found = GgufFingerprint.Compute([GgufFile.Read(path)]);
        File.Delete(path);
        return found;
    }

    private string Write(byte[] bytes)
    {
        var path = Path.Combine(_folder, Path.GetRandomFileName());
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
