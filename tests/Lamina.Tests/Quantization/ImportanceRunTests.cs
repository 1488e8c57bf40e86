using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tests.Sequences;

namespace Lamina.Tests.Quantization;

/// <summary>How texts are cut and read; a fake decoder shows one weight the tokens that it reads.</summary>
public sealed class ImportanceRunTests
{
    private const string Weight = "blk.0.attn_q.weight";
    private const int Bos = 257;

    private static readonly ImportanceMatrixOptions Small = new() { ContextSize = 16, Threads = 1 };

    [Test]
    public async Task Compute_Text_IsReadInWholePiecesEachWithItsPrefix()
    {
        using var runtime = Runtime(new([], ("<s>", TokenKinds.None)) { Prefix = [Bos] });
        var parts = new List<float>();
        var text = new string('a', 15) + new string('b', 16) + new string('c', 15);

        var matrix = await ImportanceMatrix.ComputeAsync(
            new FakeModel(runtime), text, Small with { Dataset = "letters" }, new ActionProgress(parts.Add));

        // The rest of 14 letters is left out.
        Assert.That(Pieces(runtime), Is.EqualTo((string[])["<s>" + new string('a', 15), "<s>" + new string('b', 15)]));
        Assert.That(parts, Is.EqualTo((float[])[0.5f, 1]));
        Assert.That(matrix.TryGet(Weight, out var importance), Is.True);
        Assert.That(matrix.TryGetCounts(Weight, out var counts), Is.True);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                importance.ToArray(),
                Is.EqualTo((float[])[(2 * Bos * Bos + 15 * 'a' * 'a' + 15 * 'b' * 'b') / 32f, 1]).Within(1e-6).Percent);
            Assert.That(counts.ToArray(), Is.EqualTo((long[])[32]));
            Assert.That((matrix.ChunkCount, matrix.ChunkSize), Is.EqualTo((2, 16)));
            Assert.That(matrix.Datasets, Is.EqualTo((string[])["letters"]));
            Assert.That(matrix.Tensors, Is.EqualTo((string[])[Weight]));
            Assert.That(matrix.TryGet("blk.1.attn_q.weight", out var none), Is.False);
            Assert.That(none.IsEmpty, Is.True);
        }
    }

    [Test]
    public async Task Compute_Tokens_AreReadFromTheBeginningOfEachText()
    {
        using var runtime = Runtime();
        var matrix = await ImportanceMatrix.ComputeAsync(new FakeModel(runtime), [Tokens("abc"), [], Tokens(new('d', 20))], Small);
        Assert.That(Pieces(runtime), Is.EqualTo((string[])["abc", new string('d', 16), "dddd"]));
        Assert.That(matrix.ChunkCount, Is.EqualTo(3));
    }

    [Test]
    public async Task Compute_MaxChunks_ReadsTheFirst()
    {
        using var runtime = Runtime();
        var model = new FakeModel(runtime);
        await ImportanceMatrix.ComputeAsync(model, new string('a', 16) + new string('b', 32), Small with { MaxChunks = 1 });
        await ImportanceMatrix.ComputeAsync(model, [Tokens("c"), Tokens("d")], Small with { MaxChunks = 1 });
        Assert.That(Pieces(runtime), Is.EqualTo((string[])[new string('a', 16), "c"]));
    }

    [Test]
    public async Task Compute_LargeContext_IsReadInBatchesAndLogitsOfAllAreKept()
    {
        using var runtime = Runtime();
        await ImportanceMatrix.ComputeAsync(new FakeModel(runtime), new string('a', 700), new() { ContextSize = 700 });
        Assert.That(runtime.Batches.Select(batch => batch.Tokens.Count), Is.EqualTo((int[])[512, 188]));
        Assert.That(runtime.Batches.SelectMany(batch => batch.Tokens).All(token => token.Output), Is.True);
    }

    [Test]
    public void Compute_TextTooShort_SaysHowManyTokensThereAreAndAreNeeded()
    {
        using var runtime = Runtime();
        Assert.That(
            async () => await ImportanceMatrix.ComputeAsync(new FakeModel(runtime), "too short", Small),
            Throws.ArgumentException.With.Message.Contains("has 9 tokens").And.Message.Contains("needs 16"));
        Assert.That(
            async () => await ImportanceMatrix.ComputeAsync(new FakeModel(runtime), [[], []], Small),
            Throws.ArgumentException.With.Message.Contains("no tokens"));
        Assert.That(runtime.Decoders, Is.Empty);
    }

    [TestCase(-1)]
    [TestCase(257)]
    public void Compute_TokenThatIsNone_NamesIt(int token)
    {
        using var runtime = Runtime();
        Assert.That(
            async () => await ImportanceMatrix.ComputeAsync(new FakeModel(runtime), [[1, token]], Small),
            Throws.ArgumentException.With.Message.Contains($"no token {token}").And.Message.Contains("0 to 256"));
    }

    [Test]
    public void Compute_FaultsOfOptions_AreAllListed()
    {
        using var runtime = Runtime();
        var options = new ImportanceMatrixOptions { ContextSize = 1025, MaxChunks = 0, Threads = 513 };
        Assert.That(
            () => ImportanceMatrix.ComputeAsync(new FakeModel(runtime), "text", options),
            Throws.ArgumentException.With.Message.Contains("ContextSize was 1025; it must be from 16 to 1024")
                .And.Message.Contains("MaxChunks was 0").And.Message.Contains("Threads was 513"));
    }

    [Test]
    public void Compute_ModelThatDoesNotGenerate_IsRefused()
    {
        using var generating = Runtime();
        using var runtime = new FakeRuntime { Info = generating.Info with { CanGenerate = false } };
        Assert.That(
            () => ImportanceMatrix.ComputeAsync(new FakeModel(runtime), "text"), Throws.TypeOf<NotSupportedException>());
    }

    [Test]
    public void Compute_CancelledWithinAPiece_StopsThere()
    {
        using var source = new CancellationTokenSource();
        using var runtime = Runtime();
        var show = runtime.OnDecode!;
        runtime.OnDecode = batch =>
        {
            if (batch.Index == 2)
            {
                source.Cancel();
                batch.Decoder.AwaitAbort();
                return DecodeStatus.Aborted;
            }

            return show(batch);
        };
        Assert.That(
            async () => await ImportanceMatrix.ComputeAsync(
                new FakeModel(runtime), new string('a', 80), Small, cancellationToken: source.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(runtime.Batches, Has.Count.EqualTo(3));
    }

    [Test]
    public void Compute_DecoderThatFails_FailsWithItsError()
    {
        using var runtime = Runtime();
        runtime.OnDecode = _ => DecodeStatus.NoRoom;
        Assert.That(
            async () => await ImportanceMatrix.ComputeAsync(new FakeModel(runtime), new string('a', 16), Small),
            Throws.TypeOf<LaminaException>().With.Message.Contains("NoRoom"));
        runtime.OnDecode = _ => throw new LaminaException("decode", "broken");
        Assert.That(
            async () => await ImportanceMatrix.ComputeAsync(new FakeModel(runtime), new string('a', 16), Small),
            Throws.TypeOf<LaminaException>().With.Message.EqualTo("broken"));
    }

    private static int[] Tokens(string text) => [.. text.Select(letter => (int)letter)];

    private static FakeRuntime Runtime(FakeTokenizer? tokenizer = null)
    {
        var runtime = new FakeRuntime(tokenizer);
        runtime.OnDecode = batch =>
        {
            var observer = batch.Decoder.Options.Activations!;
            Assert.That((observer.Wants(Weight), observer.Wants("output.weight")), Is.EqualTo((true, false)));
            observer.Observe(new(
                Weight, 2, batch.Tokens.SelectMany(token => (float[])[token.Token, 1]).ToArray(), 1, new int[batch.Tokens.Count]));
            return null;
        };
        return runtime;
    }

    /// <summary>What was read from the first position on, each time.</summary>
    private static string[] Pieces(FakeRuntime runtime) =>
    [
        .. runtime.Batches.Select(batch =>
        {
            Assert.That(batch.Tokens[0].Position, Is.Zero);
            return string.Concat(batch.Tokens.Select(token => token.Token == Bos ? "<s>" : ((char)token.Token).ToString()));
        }),
    ];
}
