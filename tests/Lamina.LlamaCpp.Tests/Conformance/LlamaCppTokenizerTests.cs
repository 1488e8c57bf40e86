using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Conformance;

public sealed class LlamaCppTokenizerTests : TokenizerConformance
{
    protected override Task<ILanguageModel> LoadAsync() => new LlamaCppRuntime().LoadAsync(TinyModel.Path);
}
