using Lamina.Runtime;

namespace Lamina.LLamaSharp.Tests.Conformance;

public sealed class LLamaSharpTokenizerTests : TokenizerConformance
{
    protected override Task<ILanguageModel> LoadAsync() => new LLamaSharpRuntime().LoadAsync(TinyModel.Path);
}
