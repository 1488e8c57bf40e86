using Lamina.Runtime;

namespace Lamina.TestSupport.Conformance;

/// <summary>What tests do with a decoder, in few words.</summary>
public static class DecoderSteps
{
    /// <summary>Tokens that every model at hand has, by a fixed rule.</summary>
    public static int[] Text(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(3, 250))];
    }

    /// <summary>Computes tokens at the end of a sequence, in batches.</summary>
    /// <returns>Logits of the last token.</returns>
    public static float[] Read(this IDecoder decoder, int sequence, params ReadOnlySpan<int> tokens)
    {
        var batch = new DecodeBatch(decoder.Options.BatchSize);
        while (!tokens.IsEmpty)
        {
            var count = Math.Min(tokens.Length, batch.Capacity);
            batch.Clear();
            batch.AddText(decoder, sequence, tokens[..count], output: count == tokens.Length);
            Assert.That(decoder.Decode(batch), Is.EqualTo(DecodeStatus.Success));
            tokens = tokens[count..];
        }

        return decoder.GetLogits(batch.Count - 1).ToArray();
    }

    /// <summary>Adds tokens at the end of a sequence to a batch.</summary>
    public static void AddText(
        this DecodeBatch batch, IDecoder decoder, int sequence, ReadOnlySpan<int> tokens, bool output)
    {
        var length = decoder.GetLength(sequence);
        for (var i = 0; i < tokens.Length; i++)
        {
            batch.Add(tokens[i], length + i, sequence, output && i == tokens.Length - 1);
        }
    }

    /// <summary>Copies a state out.</summary>
    public static byte[] Save(this IDecoder decoder, int sequence)
    {
        // What is not written shows.
        var state = new byte[decoder.GetStateSize(sequence)];
        state.AsSpan().Fill(0xEE);
        decoder.SaveState(sequence, state);
        return state;
    }

    /// <summary>Loads a copy, since loading may write to it, and says whether it is as it was afterwards.</summary>
    public static void Load(this IDecoder decoder, int sequence, byte[] state, int length)
    {
        var copy = state.ToArray();
        Assert.That(decoder.LoadState(sequence, copy, length), Is.True);
        Assert.That(decoder.GetLength(sequence), Is.EqualTo(length));
        Assert.That(copy.AsSpan().SequenceEqual(state), Is.True, "the bytes of the state changed");
    }

    /// <summary>The largest difference, measured by how far the expected values spread.</summary>
    public static double Difference(float[] found, float[] expected)
    {
        Assert.That(found, Has.Length.EqualTo(expected.Length));
        var mean = expected.Average();
        var spread = Math.Sqrt(expected.Average(one => (one - mean) * (one - mean)));
        return found.Zip(expected, (left, right) => Math.Abs(left - right)).Max() / spread;
    }
}
