using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Interop;

/// <summary>Sizes and offsets as a C compiler lays out llama.h of v0.4.0 on a 64-bit machine.</summary>
public sealed class StructLayoutTests
{
    [Test]
    public void Sizes_AreThoseOfTheHeaders() => Assert.Multiple(() =>
    {
        Assert.That(Unsafe.SizeOf<LlamaModelParams>(), Is.EqualTo(80));
        Assert.That(Unsafe.SizeOf<LlamaContextParams>(), Is.EqualTo(160));
        Assert.That(Unsafe.SizeOf<LlamaBatch>(), Is.EqualTo(56));
        Assert.That(Unsafe.SizeOf<GgmlThreadPoolParams>(), Is.EqualTo(528));
    });

    [TestCase(nameof(LlamaModelParams.GpuLayers), 16)]
    [TestCase(nameof(LlamaModelParams.TensorSplit), 40)]
    [TestCase(nameof(LlamaModelParams.ProgressCallback), 48)]
    [TestCase(nameof(LlamaModelParams.KvOverrides), 64)]
    [TestCase(nameof(LlamaModelParams.VocabOnly), 72)]
    [TestCase(nameof(LlamaModelParams.LoadMtp), 77)]
    public void ModelParams_Offset(string field, int offset) =>
        Assert.That((int)Marshal.OffsetOf<LlamaModelParams>(field), Is.EqualTo(offset));

    [TestCase(nameof(LlamaContextParams.Threads), 28)]
    [TestCase(nameof(LlamaContextParams.RopeFrequencyBase), 56)]
    [TestCase(nameof(LlamaContextParams.EvalCallback), 88)]
    [TestCase(nameof(LlamaContextParams.TypeK), 104)]
    [TestCase(nameof(LlamaContextParams.AbortCallback), 112)]
    [TestCase(nameof(LlamaContextParams.Embeddings), 128)]
    [TestCase(nameof(LlamaContextParams.KvUnified), 133)]
    [TestCase(nameof(LlamaContextParams.Samplers), 136)]
    [TestCase(nameof(LlamaContextParams.OtherContext), 152)]
    public void ContextParams_Offset(string field, int offset) =>
        Assert.That((int)Marshal.OffsetOf<LlamaContextParams>(field), Is.EqualTo(offset));

    [TestCase(nameof(LlamaBatch.Tokens), 8)]
    [TestCase(nameof(LlamaBatch.Positions), 24)]
    [TestCase(nameof(LlamaBatch.Outputs), 48)]
    public void Batch_Offset(string field, int offset) =>
        Assert.That((int)Marshal.OffsetOf<LlamaBatch>(field), Is.EqualTo(offset));
}
