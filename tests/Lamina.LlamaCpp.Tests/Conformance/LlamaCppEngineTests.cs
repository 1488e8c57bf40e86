namespace Lamina.LlamaCpp.Tests.Conformance;

public sealed class LlamaCppEngineTests : EngineConformance
{
    protected override string Model => TinyModel.Path;

    protected override Task<IInferenceEngine> LoadAsync(string path, EngineOptions options) => LlamaCpp.LoadAsync(path, options);
}
