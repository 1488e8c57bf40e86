using Lamina.Benchmarks.Quantization;
using Lamina.Gguf;
using Lamina.Quantization;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Quantization;

/// <summary>What is made of a model, held against what llama.cpp's own quantizer makes of it, tensor by tensor and byte by byte.</summary>
public sealed class NativeAgreementTests
{
    private static readonly GgufFileType[] Types =
    [
        .. Enum.GetValues<GgufFileType>().Where(static type => TensorMix.BaseType(type) is not null),
    ];

    private static readonly string[] RandomModels =
        ["random-qwen3moe.gguf", "random-gemma3-swa64.gguf", "random-mamba.gguf", "random-lfm2-hybrid.gguf", "random-bert-rank.gguf"];

    /// <summary>llama.cpp refuses matrices whose rows are no whole number of blocks of Q1_0, where we take another type.</summary>
    private static readonly GgufFileType[] FittingTypes = [.. Types.Except([GgufFileType.Q1_0])];

    private string _folder = "";

    [OneTimeSetUp]
    public void SetUp() => _folder = Directory.CreateTempSubdirectory("lamina-tests").FullName;

    [OneTimeTearDown]
    public void TearDown() => Directory.Delete(_folder, recursive: true);

    [Test]
    public Task QuantizeAsync_TinyModel_MakesWhatLlamaCppMakes([ValueSource(nameof(Types))] GgufFileType type, [Values] bool importance) =>
        CompareAsync(TinyModel.DraftPath, type, importance);

    [Test]
    public Task QuantizeAsync_OtherModels_MakesWhatLlamaCppMakes(
        [ValueSource(nameof(RandomModels))] string model, [ValueSource(nameof(FittingTypes))] GgufFileType type) =>
        CompareAsync(TestModels.Require(model), type, importance: true);

    [TestCase(GgufFileType.Q4_K_M)]
    [TestCase(GgufFileType.Q3_K_S)]
    [TestCase(GgufFileType.IQ4_XS)]
    public Task QuantizeAsync_MixtureOfExperts_MakesWhatLlamaCppMakes(GgufFileType type) =>
        CompareAsync(TestModels.Require(RandomModels[0]), type, importance: false);

    private async Task CompareAsync(string source, GgufFileType type, bool importance)
    {
        var profile = new QuantizationProfile { Name = $"{type}", FileType = type };
        var (found, expected) = (Path.Combine(_folder, "ours.gguf"), Path.Combine(_folder, "native.gguf"));
        var quantizer = new ModelQuantizer(new LlamaCppRuntime().GetWeightCodec());
        var options = new QuantizationOptions { AllowRequantize = true, Importance = importance ? RandomImportance.Of(source) : null };
        if (!importance && QuantizationPlan.Create(source, profile).NeedsImportance)
        {
            Assert.That(() => NativeQuantizer.Quantize(source, expected, type), Throws.InvalidOperationException);
            Assert.That(() => quantizer.QuantizeAsync(source, found, profile, options), Throws.ArgumentException);
            return;
        }

        NativeQuantizer.Quantize(source, expected, type, options.Importance);
        var result = await quantizer.QuantizeAsync(source, found, profile, options);

        var (ours, native) = (GgufFile.Read(found), GgufFile.Read(expected));
        Assert.That(ours.Tensors.Select(Text).Order(StringComparer.Ordinal), Is.EqualTo(native.Tensors.Select(Text).Order(StringComparer.Ordinal)));
        Assert.That(ours.Length, Is.EqualTo(result.SizeBytes));
        var nativeTensors = native.Tensors.ToDictionary(static tensor => tensor.Name, StringComparer.Ordinal);
        Assert.Multiple(() =>
        {
            foreach (var tensor in ours.Tensors)
            {
                Assert.That(Data(ours, tensor).AsSpan().SequenceEqual(Data(native, nativeTensors[tensor.Name])), tensor.Name);
            }

            foreach (var (key, value) in native.Metadata)
            {
                Assert.That(ours.Metadata[key].Data.SequenceEqual(value.Data), key);
            }
        });
    }

    private static string Text(GgufTensor tensor) => $"{tensor.Name} {tensor.Type} {string.Join(" x ", tensor.Shape).Replace(" x 1", "", StringComparison.Ordinal)}";

    private static byte[] Data(GgufFile file, GgufTensor tensor)
    {
        using var stream = File.OpenRead(file.Path);
        stream.Position = file.DataOffset + tensor.Offset;
        var data = new byte[tensor.Size];
        stream.ReadExactly(data);
        return data;
    }
}
