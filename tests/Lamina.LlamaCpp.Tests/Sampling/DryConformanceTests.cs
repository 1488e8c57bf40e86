using Lamina.LlamaCpp.Tests.Runtime;
using Lamina.Sampling;

namespace Lamina.LlamaCpp.Tests.Sampling;

/// <summary>DRY, with breakers in a real vocabulary, on text that repeats itself a lot.</summary>
internal sealed class DryConformanceTests
{
    private const int Rounds = 1000;

    private static readonly string[] None = [];

    private static IEnumerable<TestCaseData<float, float, int, int, string[]>> Settings =>
    [
        new(0.8f, 1.75f, 2, 64, [.. DrySampler.DefaultBreakers]),
        new(0.8f, 1.75f, 2, 64, None),
        new(1.5f, 1f, 1, 20, None),
        new(0.5f, 3f, 0, 200, ["d"]),
        new(0.8f, 1.2f, 3, 100, ["ab", "bcd", "a"]),
        new(0.8f, 2f, 2, 64, ["dab", "cc"]),
        new(1e30f, 50f, 1, 500, None),
        new(0.8f, 1.75f, 2, 1, None),
        new(0.8f, 0.5f, 2, 64, None),
        new(0, 1.75f, 2, 64, None),
    ];

    [TestCaseSource(nameof(Settings))]
    public void Apply_RepetitiveText_LowersTheSameLogits(
        float multiplier, float @base, int allowedLength, int window, string[] breakers)
    {
        var model = DecoderModels.Load(DecoderModels.Tiny);
        ISampler managed = new DrySampler(model.Tokenizer, multiplier, @base, allowedLength, window, breakers);
        var native = NativeSampler.Dry(NativeSampler.PointerOf(model), multiplier, @base, allowedLength, window, breakers);
        var random = new Random(1);
        var logits = new float[model.Info.VocabularySize];
        var array = new NativeSampler.Candidate[logits.Length];
        var letters = "aabbbcd\n".Select(letter => model.Tokenizer.Encode(letter.ToString())[^1]).ToArray();
        var (said, lowered) = (new List<int>(), 0);
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                for (var token = 0; token < logits.Length; token++)
                {
                    logits[token] = random.NextSingle();
                    array[token] = new(token, logits[token]);
                }

                var expected = native.Apply(array, out _).ToArray().Select(candidate => BitConverter.SingleToInt32Bits(candidate.Logit));
                var candidates = new Candidates(logits);
                managed.Apply(ref candidates);
                Assert.That(
                    candidates.CurrentLogits.ToArray().Select(BitConverter.SingleToInt32Bits), Is.EqualTo(expected), $"round {round}");
                lowered += candidates.CurrentLogits.SequenceEqual(logits) ? 0 : 1;

                // A letter, or what came some tokens ago once more.
                var next = said.Count > 9 && random.Next(4) > 0 ? said[^9] : letters[random.Next(letters.Length)];
                said.Add(next);
                managed.Accept(next);
                native.Accept(next);
                ChangeState(round, ref managed, ref native);
            }
        }
        finally
        {
            native.Dispose();
        }

        var isOn = multiplier != 0 && @base >= 1 && window > 1;
        Assert.That(lowered, isOn ? Is.GreaterThan(100) : Is.Zero);
    }

    private static void ChangeState(int round, ref ISampler managed, ref NativeSampler native)
    {
        if (round == Rounds / 2)
        {
            managed = managed.Clone();
            using var original = native;
            native = native.Clone();
        }
        else if (round == Rounds * 3 / 4)
        {
            managed.Reset();
            native.Reset();
        }
    }

    /// <summary>llama.cpp's model behind ours, which shows it to nobody.</summary>
}
