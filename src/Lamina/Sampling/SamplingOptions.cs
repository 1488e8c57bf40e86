using System.Collections.Immutable;

namespace Lamina.Sampling;

/// <summary>How the next token is chosen. The defaults are llama.cpp's.</summary>
public sealed partial record SamplingOptions
{
    /// <summary>
    /// Divides the logits: a finite number of at least 0. 0 always chooses the most probable token, and then
    /// nothing but <see cref="LogitBias"/>, the penalties and DRY has an effect. The default is 0.8.
    /// </summary>
    public float Temperature { get; init; } = 0.8f;

    /// <summary>
    /// Divides the logits of the answer's first token in place of <see cref="Temperature"/>, so that answers differ from
    /// the start (<see cref="InitialTemperatureSampler"/>): a finite number above 0, 30 in the paper. Null, the default,
    /// turns it off.
    /// </summary>
    public float? InitialTemperature { get; init; }

    /// <summary>Keeps that many of the most probable tokens; 0 or less keeps all. The default is 40.</summary>
    public int TopK { get; init; } = 40;

    /// <summary>
    /// Keeps the fewest most probable tokens that together have this probability, from 0 to 1; 1 keeps all. The default
    /// is 0.95.
    /// </summary>
    public float TopP { get; init; } = 0.95f;

    /// <summary>
    /// Keeps the tokens that are at least this many times as probable as the most probable one, from 0 to 1; 0 keeps
    /// all. The default is 0.05.
    /// </summary>
    public float MinP { get; init; } = 0.05f;

    /// <summary>
    /// Divides positive logits, and multiplies others, of tokens among the last <see cref="PenaltyWindow"/>: a finite
    /// number above 0; 1, the default, turns it off.
    /// </summary>
    public float RepetitionPenalty { get; init; } = 1;

    /// <summary>
    /// Is subtracted from a token's logit for each time that it occurs among the last <see cref="PenaltyWindow"/>: a
    /// finite number; 0, the default, turns it off.
    /// </summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>
    /// Is subtracted once from the logit of every token among the last <see cref="PenaltyWindow"/>: a finite number; 0,
    /// the default, turns it off.
    /// </summary>
    public float PresencePenalty { get; init; }

    /// <summary>
    /// How many of the last tokens, prompt included, the penalties look at; 0 or less turns them off. The default is
    /// 64.
    /// </summary>
    public int PenaltyWindow { get; init; } = 64;

    /// <summary>
    /// How far the temperature may go down and up from <see cref="Temperature"/>, as the model is more or less sure
    /// (<see cref="DynamicTemperatureSampler"/>): a finite number of at least 0; 0, the default, turns that off.
    /// </summary>
    public float DynamicTemperatureRange { get; init; }

    /// <summary>
    /// Above 1 keeps the dynamic temperature lower, below 1 higher: a finite number. The default is 1.
    /// </summary>
    public float DynamicTemperatureExponent { get; init; } = 1;

    /// <summary>
    /// Rules out the tokens whose logit is more than this many standard deviations below the highest
    /// (<see cref="TopNSigmaSampler"/>): a finite number; 0, the default, or less turns it off.
    /// </summary>
    public float TopNSigma { get; init; }

    /// <summary>
    /// Keeps the tokens that are about as surprising as was to be expected and exceed this probability together
    /// (<see cref="TypicalSampler"/>), from 0 to 1; 1, the default, keeps all.
    /// </summary>
    public float TypicalP { get; init; } = 1;

    /// <summary>
    /// How often all but the least probable of the top choices are excluded (<see cref="XtcSampler"/>), from 0, the
    /// default, to 1.
    /// </summary>
    public float XtcProbability { get; init; }

    /// <summary>From which probability on a token is a top choice, from 0 to 1. The default is 0.1.</summary>
    public float XtcThreshold { get; init; } = 0.1f;

    /// <summary>
    /// The penalty for going on with a repetition (<see cref="DrySampler"/>): a finite number; 0, the default, turns it
    /// off.
    /// </summary>
    public float DryMultiplier { get; init; }

    /// <summary>What that penalty grows by a token: a finite number of at least 1. The default is 1.75.</summary>
    public float DryBase { get; init; } = 1.75f;

    /// <summary>How long a repetition may be without a penalty, at least 0. The default is 2.</summary>
    public int DryAllowedLength { get; init; } = 2;

    /// <summary>
    /// In how many of the last tokens, prompt included, repetitions are looked for; 0 or less turns that off. The default
    /// is 64.
    /// </summary>
    public int DryWindow { get; init; } = 64;

    /// <summary>
    /// Texts that no repetition reaches over, none of them empty. The default is <see cref="DrySampler.DefaultBreakers"/>.
    /// </summary>
    public IReadOnlyList<string> DryBreakers { get; init; } = DrySampler.DefaultBreakers;

    /// <summary>
    /// Whether the surprise of the text is held at <see cref="MirostatTau"/> instead, and by which algorithm: the samplers
    /// from <see cref="TopNSigma"/> to <see cref="XtcProbability"/>, and the penalties, then have no effect. The default is
    /// <see cref="MirostatAlgorithm.None"/>.
    /// </summary>
    public MirostatAlgorithm Mirostat { get; init; }

    /// <summary>The surprise of a token to aim at, in bits: a finite number. The default is 5.</summary>
    public float MirostatTau { get; init; } = 5;

    /// <summary>How fast Mirostat corrects itself: a finite number. The default is 0.1.</summary>
    public float MirostatEta { get; init; } = 0.1f;

    /// <summary>
    /// The probability that drawn tokens are to have on average (<see cref="AdaptivePSampler"/>), from 0 to 1; null, the
    /// default, draws by the probabilities themselves.
    /// </summary>
    public float? AdaptiveTarget { get; init; }

    /// <summary>How much earlier tokens count for that average, from 0 to 0.99. The default is 0.9.</summary>
    public float AdaptiveDecay { get; init; } = 0.9f;

    /// <summary>
    /// The samplers by name, in the order in which they apply; one that is not named is not used, whatever its settings
    /// are. The names are those of <see cref="SamplerCatalog.BuiltIn"/> and of <see cref="EngineOptions.Samplers"/>. Where
    /// none of them selects, as <c>distribution</c> does, the most probable token is chosen. Null, the default, is
    /// llama.cpp's order; see <see cref="SamplerPipeline.Create"/>.
    /// </summary>
    public IReadOnlyList<string>? Order { get; init; }

    /// <summary>
    /// What to add to the logits of tokens, by token id: a finite number, or negative infinity to ban the token. Empty
    /// by default.
    /// </summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = ImmutableDictionary<int, float>.Empty;

    /// <summary>
    /// The seed of the random numbers, any value; the same seed on the same logits chooses the same tokens. Null, the
    /// default, takes a random one.
    /// </summary>
    public uint? Seed { get; init; }
}
