using Lamina.Runtime;

namespace Lamina.Tests.Fakes;

/// <summary>
/// A model whose every letter depends on each token before it and on their order, so that one wrong cell shows.
/// </summary>
internal static class HashModel
{
    /// <summary>Every layout with every kind of memory, as arguments of a fixture.</summary>
    public static IEnumerable<object[]> Everywhere =>
        from layout in new[] { KvLayout.PerSequence, KvLayout.Shared }
        from memory in Enum.GetValues<MemoryKind>()
        select new object[] { layout, memory };

    public static FakeRuntime Create(MemoryKind memory = MemoryKind.Attention, FakeTokenizer? tokenizer = null, bool canShift = true)
    {
        using var origin = new FakeRuntime(tokenizer);
        return new(origin.Tokenizer) { Info = origin.Info with { Memory = memory }, Logits = LogitsAfter, CanShift = canShift };
    }

    /// <summary>The most probable letter after some tokens.</summary>
    public static int Next(IEnumerable<int> tokens) => 'a' + (int)(Hash(tokens) % 26);

    /// <summary>The answer to some tokens, without a doubt at any of them.</summary>
    public static int[] Continue(IEnumerable<int> tokens, int count)
    {
        List<int> all = [.. tokens];
        for (var i = 0; i < count; i++)
        {
            all.Add(Next(all));
        }

        return [.. all.TakeLast(count)];
    }

    /// <summary>The natural logarithm of a token's probability.</summary>
    public static double LogProbability(IReadOnlyList<int> before, int token)
    {
        var logits = LogitsAfter(before);
        return logits[token] - Math.Log(logits.Sum(logit => Math.Exp(logit)));
    }

    /// <summary>The tokens computed since some batch.</summary>
    public static int Computed(this FakeRuntime runtime, int since = 0) =>
        runtime.Batches.Skip(since).Sum(batch => batch.Tokens.Count);

    /// <summary>The logits after some tokens.</summary>
    public static float[] LogitsAfter(IReadOnlyList<int> tokens)
    {
        var hash = Hash(tokens);
        var logits = new float[257];
        for (var i = 0; i < logits.Length; i++)
        {
            logits[i] = ((hash ^ ((uint)i * 2654435761)) >> 20) / 1024f;
        }

        logits[Next(tokens)] = 12;
        return logits;
    }

    private static uint Hash(IEnumerable<int> tokens)
    {
        var hash = 2166136261u;
        foreach (var token in tokens)
        {
            hash = (hash ^ (uint)token) * 16777619;
            hash ^= hash >> 15;
        }

        return hash;
    }
}
