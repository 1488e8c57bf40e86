using System.Runtime.InteropServices;
using System.Text;
using Lamina.LlamaCpp.Tests.Runtime;
using Lamina.Quantization;
using Lamina.Runtime;
using Lamina.TestSupport.Gguf;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Quantization;

/// <summary>Importance matrices of real models, against what can be known of them otherwise.</summary>
public sealed class ImportanceMatrixTests
{
    private static readonly ImportanceMatrixOptions Small = new() { ContextSize = 64, Threads = 1 };

    private static readonly string Text = string.Concat(Enumerable.Range(0, 60).Select(
        number => $"Once upon a time {number} brave foxes went to the river and found {number * 7} shiny stones. "));

    /// <summary>The first layer's queries, keys and values are made from the token embeddings, scaled to a mean square of 1.</summary>
    [Test]
    public async Task Compute_FirstLayer_IsWorkedOutFromTheTokensAlone()
    {
        var model = DecoderModels.Load(DecoderModels.Tiny);
        var table = MemoryMarshal.Cast<byte, float>(
            TinyLlama.Create().Tensors.Single(tensor => tensor.Name is "token_embd.weight").Data).ToArray();

        // The file expects a BOS, which takes the place of the first token of each piece of 64.
        int[] tokens = [1, .. model.Tokenizer.Encode(Text)];
        var expected = new double[TinyLlama.Width];
        var pieces = tokens.Length / 64;
        for (var i = 0; i < 64 * pieces; i++)
        {
            var embedding = table.AsSpan((i % 64 == 0 ? 1 : tokens[i]) * TinyLlama.Width, TinyLlama.Width);
            var square = 1e-5;
            foreach (var value in embedding)
            {
                square += (double)value * value / TinyLlama.Width;
            }

            for (var column = 0; column < expected.Length; column++)
            {
                expected[column] += embedding[column] * embedding[column] / square / (64 * pieces);
            }
        }

        var matrix = await ImportanceMatrix.ComputeAsync(model, Text, Small);

        Assert.That(matrix.ChunkCount, Is.EqualTo(pieces).And.GreaterThan(20));
        foreach (var kind in (string[])["attn_q", "attn_k", "attn_v"])
        {
            Assert.That(matrix.TryGet($"blk.0.{kind}.weight", out var found), Is.True);
            Assert.That(found.ToArray().Select(value => (double)value), Is.EqualTo(expected).Within(0.01).Percent, kind);
        }
    }

    [Test]
    public async Task Compute_TwoPieces_AddUp()
    {
        var model = DecoderModels.Load(DecoderModels.Trained);
        var tokens = model.Tokenizer.Encode(Text);
        var whole = await ImportanceMatrix.ComputeAsync(model, Text, Small with { MaxChunks = 2 });
        var first = await ImportanceMatrix.ComputeAsync(model, [tokens[..64]], Small);
        var second = await ImportanceMatrix.ComputeAsync(model, [tokens[64..128]], Small);
        Assert.That(model.Tokenizer.Prefix, Is.Empty);
        Assert.That(whole.Tensors, Is.EqualTo(first.Tensors).And.Not.Empty);
        foreach (var (name, entry) in whole.Entries)
        {
            var sums = first.Entries[name].Sums.Zip(second.Entries[name].Sums, (one, other) => one + other);
            Assert.That(entry.Sums, Is.EqualTo(sums).Within(0.01).Percent, name);
            Assert.That(entry.Counts, Is.EqualTo((long[])[128]), name);
        }
    }

    [Test]
    public async Task Compute_Experts_CountsEachTokenForEachExpertItGoesTo()
    {
        var model = DecoderModels.Load(DecoderModels.Experts);
        var matrix = await ImportanceMatrix.ComputeAsync(model, [DecoderSteps.Text(128)], Small);
        Assert.That(matrix.TryGetCounts("blk.0.ffn_gate_inp.weight", out var routed), Is.True);
        Assert.That(routed.ToArray(), Is.EqualTo((long[])[128]));
        foreach (var kind in (string[])["gate", "up", "down"])
        {
            Assert.That(matrix.TryGetCounts($"blk.1.ffn_{kind}_exps.weight", out var counts), Is.True);
            Assert.That(matrix.TryGet($"blk.1.ffn_{kind}_exps.weight", out var importance), Is.True);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(counts.Length, Is.EqualTo(8));
                Assert.That(counts.ToArray().Sum(), Is.EqualTo(128 * 2), "each token goes to two");
                Assert.That(importance.Length % 8, Is.Zero);
                Assert.That(importance.ToArray(), Is.All.Positive);
            }
        }

        // What goes to the experts is what goes to the router: the sums over all experts are twice the router's.
        var router = matrix.Entries["blk.1.ffn_gate_inp.weight"].Sums;
        var experts = matrix.Entries["blk.1.ffn_up_exps.weight"].Sums.Chunk(router.Length).ToArray();
        Assert.That(
            Enumerable.Range(0, router.Length).Select(column => experts.Sum(one => one[column])),
            Is.EqualTo(router.Select(sum => 2 * sum)).Within(0.01).Percent);
    }

    [Test]
    public async Task Compute_IncludeOutput_TakesTheEmbeddingsWhereTheyAreTheOutput()
    {
        var model = DecoderModels.Load(DecoderModels.Tiny);
        var without = await ImportanceMatrix.ComputeAsync(model, Text, Small with { MaxChunks = 1 });
        var with = await ImportanceMatrix.ComputeAsync(model, Text, Small with { MaxChunks = 1, IncludeOutput = true });
        Assert.That(with.Tensors.Except(without.Tensors, StringComparer.Ordinal), Is.EqualTo((string[])["token_embd.weight"]));
        Assert.That(with.TryGetCounts("token_embd.weight", out var counts), Is.True);
        Assert.That(counts.ToArray(), Is.EqualTo((long[])[64]), "logits of all tokens are computed");
        Assert.That(without.Entries["blk.1.ffn_down.weight"].Counts, Is.EqualTo((long[])[64]), "and the last layer of all");
    }

    [Test]
    public async Task Save_RealMatrix_IsLoadedAsItWas()
    {
        var matrix = await ImportanceMatrix.ComputeAsync(
            DecoderModels.Load(DecoderModels.Experts), [DecoderSteps.Text(64)], Small with { Dataset = "random" });
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            matrix.Save(path);
            var found = ImportanceMatrix.Load(path);
            Assert.That(found.Tensors, Is.EqualTo(matrix.Tensors));
            foreach (var (name, entry) in found.Entries)
            {
                Assert.That(entry.Sums, Is.EqualTo(matrix.Entries[name].Sums), name);
                Assert.That(entry.Counts, Is.EqualTo(matrix.Entries[name].Counts), name);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Test]
    public async Task Compute_CancelledAtAnyMoment_EndsAndLeavesTheModelUsable()
    {
        var model = DecoderModels.Load(DecoderModels.Trained);
        var random = new Random(4);
        for (var round = 0; round < 10; round++)
        {
            using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(random.Next(150)));
            Assert.That(
                async () => await ImportanceMatrix.ComputeAsync(
                    model, Enumerable.Repeat(DecoderSteps.Text(64), 100_000), Small, cancellationToken: source.Token),
                Throws.InstanceOf<OperationCanceledException>());
        }

        var matrix = await ImportanceMatrix.ComputeAsync(model, [DecoderSteps.Text(64)], Small);
        Assert.That(matrix.ChunkCount, Is.EqualTo(1));
    }

    [Test]
    public void Compute_TextTooShort_SaysHowManyTokensItHas()
    {
        var model = DecoderModels.Load(DecoderModels.Trained);
        var count = model.Tokenizer.Encode("A short story.").Length;
        Assert.That(
            async () => await ImportanceMatrix.ComputeAsync(model, "A short story."),
            Throws.ArgumentException.With.Message.Contains($"has {count} tokens").And.Message.Contains("needs 512"));
    }

    [Test]
    public async Task Compute_ChatFile_ReadsWhatTheModelsTemplateMakesOfIt()
    {
        var model = DecoderModels.Load(DecoderModels.Trained);
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await File.WriteAllTextAsync(path, """
                {"messages":[{"role":"user","content":"Add 12 and 30."},{"role":"assistant","content":"<|im_end|>42"}]}
                {"messages":[{"role":"user","content":"Hi"}]}
                """, Encoding.UTF8);
            var chats = await ChatFile.TokenizeAsync(path, model);
            var matrix = await ImportanceMatrix.ComputeAsync(model, chats, Small);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(chats, Has.Count.EqualTo(2));
                Assert.That(
                    model.Tokenizer.Decode([.. chats[0]], withControlTokens: true),
                    Is.EqualTo("<|im_start|>user\nAdd 12 and 30.<|im_end|>\n<|im_start|>assistant\n<|im_end|>42<|im_end|>\n"));
                Assert.That(
                    chats[0].Count(model.Tokenizer.ControlTokens.Contains), Is.EqualTo(4), "what was typed is no control token");
                Assert.That(matrix.TryGetCounts("blk.0.attn_q.weight", out var counts), Is.True);
                Assert.That(counts.ToArray(), Is.EqualTo((long[])[chats.Sum(chat => chat.Count)]));
            }
        }
        finally
        {
            File.Delete(path);
        }
    }
}
