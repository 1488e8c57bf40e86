using Lamina.Quantization.Quality;
using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Quantization.Quality;

/// <summary>Fake models in files that go with it: the source first, then its candidates, named by their numbers.</summary>
internal sealed class FakeModels : IModelRuntime, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("lamina-").FullName;
    private readonly FakeRuntime[] _runtimes;

    public FakeModels(params FakeRuntime[] runtimes)
    {
        _runtimes = runtimes;
        Temporary = Directory.CreateDirectory(Path.Combine(_folder, "temporary")).FullName;
        Models = [.. runtimes.Select((_, i) => new QualityModel($"model {i}", Path.Combine(_folder, $"{i}.gguf")))];
        foreach (var model in Models)
        {
            File.WriteAllText(model.Path, "");
        }
    }

    public string Description => "fake 1.0";

    public IReadOnlyList<QualityModel> Models { get; }

    /// <summary>A folder for the temporary file.</summary>
    public string Temporary { get; }

    /// <summary>Options for short texts, without speeds.</summary>
    public QualityReportOptions Options => new() { ContextSize = 16, SpeedRounds = 0, TemporaryFolder = Temporary };

    /// <summary>A model whose next token is decided by all before; another temperature makes it another model.</summary>
    public static FakeRuntime Hashing(float temperature = 1, FakeTokenizer? tokenizer = null) => new(tokenizer)
    {
        Logits = tokens => [.. HashModel.LogitsAfter(tokens).Select(logit => logit / temperature)],
    };

    public Task<QualityReport> ReportAsync(
        string text,
        QualityReportOptions? options = null,
        IProgress<QualityProgress>? progress = null,
        CancellationToken cancellationToken = default) => new QualityReporter(this, options ?? Options)
            .CreateAsync(Models[0], [.. Models.Skip(1)], text, progress, cancellationToken)
            .WaitAsync(Eventually.Patience, CancellationToken.None);

    public DeviceInventory GetDevices() => _runtimes[0].GetDevices();

    public Task<ILanguageModel> LoadAsync(
        string path,
        ModelLoadOptions? options = null,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default) =>
        _runtimes[Models.ToList().FindIndex(model => string.Equals(model.Path, path, StringComparison.Ordinal))]
            .LoadAsync(path, options, progress, cancellationToken);

    /// <summary>Asserts that nothing was left behind.</summary>
    public void Dispose()
    {
        var left = Directory.GetFiles(Temporary);
        Directory.Delete(_folder, recursive: true);
        Assert.That(left, Is.Empty);
        foreach (var runtime in _runtimes)
        {
            runtime.Dispose();
        }
    }
}
