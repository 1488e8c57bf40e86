using Lamina.Sampling;

namespace Lamina.Tests.Sampling;

internal sealed class SamplingOptionsTests
{
    [Test]
    public void Faults_Defaults_AreNone() => Assert.That(new SamplingOptions().Faults(), Is.Empty);

    [Test]
    public void Faults_EverythingWrong_ListsAll()
    {
        var options = new SamplingOptions
        {
            Temperature = float.NaN,
            InitialTemperature = 0,
            TopP = 1.5f,
            MinP = -1,
            RepetitionPenalty = 0,
            FrequencyPenalty = float.PositiveInfinity,
            PresencePenalty = float.NaN,
            DynamicTemperatureRange = -1,
            DynamicTemperatureExponent = float.NaN,
            TopNSigma = float.PositiveInfinity,
            TypicalP = 2,
            XtcProbability = -0.5f,
            XtcThreshold = float.NaN,
            DryMultiplier = float.NaN,
            DryBase = 0.5f,
            DryAllowedLength = -1,
            DryBreakers = ["\n", ""],
            Mirostat = (MirostatAlgorithm)3,
            MirostatTau = float.NaN,
            MirostatEta = float.PositiveInfinity,
            AdaptiveTarget = 1.5f,
            AdaptiveDecay = 1,
            LogitBias = new Dictionary<int, float> { [-1] = 1, [12] = float.NaN },
        };
        string[] expected =
        [
            "SamplingOptions.Temperature was NaN; it must be a finite number of at least 0.",
            "SamplingOptions.InitialTemperature was 0; it must be null or a finite number above 0.",
            "SamplingOptions.TopP was 1.5; it must be a number from 0 to 1.",
            "SamplingOptions.MinP was -1; it must be a number from 0 to 1.",
            "SamplingOptions.RepetitionPenalty was 0; it must be a finite number above 0.",
            "SamplingOptions.FrequencyPenalty was Infinity; it must be a finite number.",
            "SamplingOptions.PresencePenalty was NaN; it must be a finite number.",
            "SamplingOptions.DynamicTemperatureRange was -1; it must be a finite number of at least 0.",
            "SamplingOptions.DynamicTemperatureExponent was NaN; it must be a finite number.",
            "SamplingOptions.TopNSigma was Infinity; it must be a finite number.",
            "SamplingOptions.TypicalP was 2; it must be a number from 0 to 1.",
            "SamplingOptions.XtcProbability was -0.5; it must be a number from 0 to 1.",
            "SamplingOptions.XtcThreshold was NaN; it must be a number from 0 to 1.",
            "SamplingOptions.DryMultiplier was NaN; it must be a finite number.",
            "SamplingOptions.DryBase was 0.5; it must be a finite number of at least 1.",
            "SamplingOptions.DryAllowedLength was -1; it must be at least 0.",
            "SamplingOptions.DryBreakers was null or held an empty text; it must be a list of texts, which may be empty itself.",
            "SamplingOptions.Mirostat was 3; it must be one of MirostatAlgorithm.",
            "SamplingOptions.MirostatTau was NaN; it must be a finite number.",
            "SamplingOptions.MirostatEta was Infinity; it must be a finite number.",
            "SamplingOptions.AdaptiveTarget was 1.5; it must be null or a number from 0 to 1.",
            "SamplingOptions.AdaptiveDecay was 1; it must be a number from 0 to 0.99.",
            "SamplingOptions.LogitBias was given for token -1; a token's id must be from 0 to 9.",
            "SamplingOptions.LogitBias was given for token 12; a token's id must be from 0 to 9.",
            "SamplingOptions.LogitBias[12] was NaN; it must be a finite number or negative infinity.",
        ];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(options.Faults(vocabularySize: 10), Is.EquivalentTo(expected));
            Assert.That(
                () => SamplerPipeline.Create(options),
                Throws.ArgumentException.With.Message.Contains("TopP was 1.5")
                    .And.Message.Contains("PresencePenalty was NaN"));
        }
    }

    [Test]
    public void Faults_NullBiases_AreOne() => Assert.That(
        new SamplingOptions { LogitBias = null! }.Faults(), Has.Exactly(1).Contains("LogitBias was null"));
}
