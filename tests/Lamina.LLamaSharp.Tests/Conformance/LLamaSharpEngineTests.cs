namespace Lamina.LLamaSharp.Tests.Conformance;

public sealed class LLamaSharpEngineTests : EngineConformance
{
    protected override string Model => TinyModel.Path;

    protected override Task<IInferenceEngine> LoadAsync(string path, EngineOptions options) => LLamaSharp.LoadAsync(path, options);
}
