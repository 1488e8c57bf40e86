using Lamina.Quantization;
using Lamina.Runtime;

namespace Lamina.Tests.Quantization;

public sealed class ImportanceCollectorTests
{
    [TestCase("blk.0.ffn_down.weight", false, true)]
    [TestCase("output.weight", false, false)]
    [TestCase("output.weight", true, true)]
    [TestCase("token_embd.weight", false, false)]
    [TestCase("token_embd.weight", true, true)]
    [TestCase("cls.weight", true, false)]
    public void Wants_Weights_OfBlocksAndOnRequestOfTheOutput(string weight, bool includeOutput, bool isWanted) =>
        Assert.That(new ImportanceCollector(includeOutput).Wants(weight), Is.EqualTo(isWanted));

    [Test]
    public void Observe_OneMatrix_AddsTheSquaresOfEachColumn()
    {
        var collector = new ImportanceCollector(includeOutput: false);
        collector.Observe(new("w", 2, [1, -2, 3, 4], 1, [0, 0]));
        collector.Observe(new("w", 2, [0.5f, 0], 1, [0]));
        var entry = collector.Entries["w"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entry.Sums, Is.EqualTo((float[])[10.25f, 20]));
            Assert.That(entry.Counts, Is.EqualTo((long[])[3]));
            Assert.That(entry.Means(), Is.EqualTo((float[])[10.25f / 3, 20f / 3]));
        }
    }

    [Test]
    public void Observe_Experts_AddsEachRowToTheExpertsThatItGoesTo()
    {
        var collector = new ImportanceCollector(includeOutput: false);
        collector.Observe(new("w", 2, [1, 2, 3, 4], 4, [3, 0, 0, 1]));
        var entry = collector.Entries["w"];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(entry.Sums, Is.EqualTo((float[])[10, 20, 9, 16, 0, 0, 1, 4]));
            Assert.That(entry.Counts, Is.EqualTo((long[])[2, 1, 0, 1]));
            Assert.That(entry.Means(), Is.EqualTo((float[])[5, 10, 9, 16, 1, 1, 1, 4]), "one without input weighs alike");
        }
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    [TestCase(1e30f)]
    public void Observe_NumbersBeyondAll_FailsAndNamesTheWeight(float value)
    {
        var collector = new ImportanceCollector(includeOutput: false);
        Assert.That(
            () => collector.Observe(new("blk.7.ffn_up.weight", 2, [1, value], 1, [0])),
            Throws.TypeOf<LaminaException>().With.Message.Contains("blk.7.ffn_up.weight"));
    }

    [Test]
    public void Activations_WhatDoesNotFit_IsRefused() => Assert.Multiple(() =>
    {
        Assert.That(() => Make(0, [1], 1, [0]), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Make(2, [1, 2, 3], 1, [0]), Throws.ArgumentException.With.Message.Contains("3 values are no rows of 2"));
        Assert.That(() => Make(2, [], 1, [0]), Throws.ArgumentException);
        Assert.That(() => Make(2, [1, 2, 3, 4], 1, [0, 0, 0]), Throws.ArgumentException.With.Message.Contains("3 matrices"));
        Assert.That(() => Make(2, [1, 2], 3, [3]), Throws.ArgumentException.With.Message.Contains("0 to 2"));
        Assert.That(() => Make(2, [1, 2], 3, [-1]), Throws.ArgumentException.With.Message.Contains("0 to 2"));
    });

    private static int Make(int columns, float[] values, int matrixCount, int[] matrices) =>
        new Activations("w", columns, values, matrixCount, matrices).RowCount;
}
