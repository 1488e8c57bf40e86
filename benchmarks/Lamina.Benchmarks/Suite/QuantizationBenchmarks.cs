using BenchmarkDotNet.Attributes;
using Lamina.Benchmarks.Quantization;
using Lamina.LlamaCpp;
using Lamina.Quantization;
using Lamina.Runtime;

namespace Lamina.Benchmarks.Suite;

/// <summary>A token of one stream in each of some profiles, beside F16.</summary>
public class QuantizationBenchmarks : IDisposable
{
    private const int Tokens = 32;
    private const int PromptTokens = 8;

    private DirectoryInfo? _folder;
    private ILanguageModel? _model;
    private BareLoop? _loop;
    private int[][] _prompts = [];

    /// <summary>Makes the baseline's model.</summary>
    [GlobalSetup(Target = nameof(F16))]
    public Task SetupF16() => OpenAsync(QuantizationCommand.F16);

    /// <summary>Makes a model of 8 bits.</summary>
    [GlobalSetup(Target = nameof(Bits8))]
    public Task SetupBits8() => OpenAsync(QuantizationProfile.Int8);

    /// <summary>Makes a model of 4 bits.</summary>
    [GlobalSetup(Target = nameof(Int4))]
    public Task SetupInt4() => OpenAsync(QuantizationProfile.Int4);

    /// <summary>Makes a model of 4 bits that is quick on processors.</summary>
    [GlobalSetup(Target = nameof(Int4Fast))]
    public Task SetupInt4Fast() => OpenAsync(QuantizationProfile.Int4Fast);

    /// <summary>In F16.</summary>
    [Benchmark(Baseline = true, OperationsPerInvoke = Tokens)]
    public double F16() => Decode();

    /// <summary>In 8 bits.</summary>
    [Benchmark(Description = nameof(QuantizationProfile.Int8), OperationsPerInvoke = Tokens)]
    public double Bits8() => Decode();

    /// <summary>In 4 bits.</summary>
    [Benchmark(OperationsPerInvoke = Tokens)]
    public double Int4() => Decode();

    /// <summary>In 4 bits that are quick on processors.</summary>
    [Benchmark(OperationsPerInvoke = Tokens)]
    public double Int4Fast() => Decode();

    /// <summary>Deletes it.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _loop?.Dispose();
        _model?.Dispose();
        _folder?.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }

    private async Task OpenAsync(QuantizationProfile profile)
    {
        _folder = Directory.CreateTempSubdirectory("lamina-suite-");
        var target = Path.Combine(_folder.FullName, $"{profile.Name}.gguf");
        await LlamaCpp.LlamaCpp.QuantizeAsync(BenchmarkModel.Path, target, profile, new() { AllowRequantize = true });
        _model = await new LlamaCppRuntime().LoadAsync(target);
        _loop = new(_model, new() { MaxSequences = 1, ContextSize = 128, Threads = BenchmarkModel.Threads });
        _prompts = [BenchmarkModel.NumberedPrompt(_model.Tokenizer, 1, PromptTokens)];
    }

    private double Decode() => QuantizationCommand.Decode(_loop!, _prompts, Tokens);
}
