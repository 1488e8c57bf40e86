using Lamina.Sampling;

namespace Lamina.Tests.Sampling;

internal sealed class CandidatesTests
{
    [Test]
    public void Constructor_NoLogits_Throws() =>
        Assert.That(() => new Candidates([]).Count, Throws.ArgumentException.With.Message.Contains("vocabulary"));

    [Test]
    public void Constructor_Logits_AreTheWholeVocabularyInOrder()
    {
        var candidates = new Candidates([1, 3, 2]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(candidates.Count, Is.EqualTo(3));
            Assert.That(candidates.Selected, Is.EqualTo(-1));
            Assert.That(candidates.IsSorted, Is.False);
            Assert.That(candidates.Tokens.ToArray(), Is.EqualTo([0, 1, 2]));
            Assert.That(candidates.CurrentLogits.ToArray(), Is.EqualTo([1f, 3f, 2f]));
            Assert.That(candidates.Probabilities.ToArray(), Is.All.Zero);
        }
    }

    [Test]
    public void Logits_Edited_LeaveTheModelsLogitsAlone()
    {
        float[] logits = [1, 3, 2];
        var candidates = new Candidates(logits);
        candidates.Logits[1] = -5;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(candidates.CurrentLogits.ToArray(), Is.EqualTo([1f, -5f, 2f]));
            Assert.That(logits, Is.EqualTo([1f, 3f, 2f]));
        }
    }

    [Test]
    public void SortDescending_EqualLogits_LowerTokenFirst()
    {
        var candidates = new Candidates([1, 2, 1, 2, float.NegativeInfinity, 0]);
        candidates.SortDescending();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(candidates.IsSorted, Is.True);
            Assert.That(candidates.Tokens.ToArray(), Is.EqualTo([1, 3, 0, 2, 5, 4]));
            Assert.That(candidates.CurrentLogits.ToArray(), Is.EqualTo([2f, 2f, 1f, 1f, 0f, float.NegativeInfinity]));
        }
    }

    [Test]
    public void IsSorted_LogitsEditedOutOfOrder_IsNoticedAndSortedAgain()
    {
        var candidates = new Candidates([1, 3, 2]);
        candidates.SortDescending();
        candidates.Logits[0] = -1;
        Assert.That(candidates.IsSorted, Is.False);
        candidates.EndTurn();
        Assert.That(candidates.IsSorted, Is.False);
        candidates.SortDescending();
        Assert.That(candidates.Tokens.ToArray(), Is.EqualTo([2, 0, 1]));
    }

    [Test]
    public void IsSorted_LogitsEditedInOrder_Stays()
    {
        var candidates = new Candidates([1, 3, 2]);
        candidates.SortDescending();
        candidates.Logits[0] = 9;
        candidates.EndTurn();
        Assert.That(candidates.IsSorted, Is.True);
    }

    [Test]
    public void KeepTop_MoreThanThereAre_SortsAll()
    {
        var candidates = new Candidates([1, 3, 2]);
        candidates.KeepTop(10);
        Assert.That(candidates.Tokens.ToArray(), Is.EqualTo([1, 2, 0]));
    }

    [Test]
    public void KeepAtLeast_Bound_KeepsTheRestInOrder()
    {
        var candidates = new Candidates([1, 3, 2, 5, 2, 0, 9, 1, 2, 7]);
        candidates.KeepAtLeast(2);
        Assert.That(candidates.Tokens.ToArray(), Is.EqualTo([1, 2, 3, 4, 6, 8, 9]));
        candidates.KeepAtLeast(5);
        Assert.That(candidates.Tokens.ToArray(), Is.EqualTo([3, 6, 9]));
    }

    [Test]
    public void KeepAtLeast_NaN_Throws() => Assert.That(
        () =>
        {
            var candidates = new Candidates([1]);
            candidates.KeepAtLeast(float.NaN);
        },
        Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase(-1)]
    [TestCase(4)]
    public void Truncate_OutOfRange_Throws(int count) => Assert.That(
        () =>
        {
            var candidates = new Candidates([1, 2, 3]);
            candidates.Truncate(count);
        },
        Throws.InstanceOf<ArgumentOutOfRangeException>());

    [TestCase(-2)]
    [TestCase(3)]
    public void Selected_OutOfRange_Throws(int place) => Assert.That(
        () =>
        {
            var candidates = new Candidates([1, 2, 3]);
            candidates.Selected = place;
        },
        Throws.InstanceOf<ArgumentOutOfRangeException>().With.Message.Contains("one of the 3 candidates"));

    [Test]
    public void Selected_CandidatesDropped_IsWithdrawn()
    {
        var candidates = new Candidates([1, 2, 3]) { Selected = 2 };
        candidates.Truncate(2);
        Assert.That(candidates.Selected, Is.EqualTo(-1));
    }

    [Test]
    public void IndexOf_AnyOrder_FindsTheToken()
    {
        var candidates = new Candidates([1, 3, 2, 4]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(candidates.IndexOf(2), Is.EqualTo(2));
            Assert.That(candidates.IndexOf(4), Is.EqualTo(-1));
            Assert.That(candidates.IndexOf(-1), Is.EqualTo(-1));
        }

        candidates.KeepTop(2);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(candidates.IndexOf(3), Is.Zero);
            Assert.That(candidates.IndexOf(1), Is.EqualTo(1));
            Assert.That(candidates.IndexOf(0), Is.EqualTo(-1));
            Assert.That(candidates.TokenAt(0), Is.EqualTo(3));
        }
    }

    [Test]
    public void IndexOfMax_EveryLengthAndPlace_IsFound()
    {
        for (var length = 1; length < 140; length++)
        {
            var found = Enumerable.Range(0, length).Select(place =>
            {
                var logits = Enumerable.Repeat(-3f, length).ToArray();
                logits[place] = -2;
                return new Candidates(logits).IndexOfMax();
            });
            Assert.That(found, Is.EqualTo(Enumerable.Range(0, length)));
        }
    }

    [Test]
    public void IndexOfMax_Equal_IsTheFirst() =>
        Assert.That(new Candidates([1, 7, 7, 2]).IndexOfMax(), Is.EqualTo(1));

    [Test]
    public void IndexOfMax_NaNAnywhere_Throws()
    {
        for (var place = 0; place < 100; place++)
        {
            var logits = new float[100];
            logits[place] = float.NaN;
            Assert.That(
                () => new Candidates(logits).IndexOfMax(),
                Throws.TypeOf<LaminaException>().With.Message.Contains("model produced NaN"));
        }
    }

    [Test]
    public void IndexOfMax_InfinitiesOfBothSigns_AreNumbers()
    {
        var logits = new float[100];
        logits[40] = float.PositiveInfinity;
        logits[41] = float.NegativeInfinity;
        Assert.That(new Candidates(logits).IndexOfMax(), Is.EqualTo(40));
    }

    [Test]
    public void IndexOfMax_AllNegativeInfinity_Throws() => Assert.That(
        () => new Candidates([float.NegativeInfinity, float.NegativeInfinity]).IndexOfMax(),
        Throws.TypeOf<LaminaException>().With.Message.Contains("none has a logit above negative infinity"));

    [Test]
    public void Softmax_Logits_GiveTheirProbabilities()
    {
        var candidates = new Candidates(Sampled.LogitsOf(0.5f, 0.2f, 0.3f));
        candidates.Softmax();
        Assert.That(candidates.Probabilities.ToArray(), Is.EqualTo([0.5f, 0.2f, 0.3f]).Within(1e-6f));
    }

    [Test]
    public void Softmax_PositiveInfinity_TakesAllProbability()
    {
        var candidates = new Candidates([1, float.PositiveInfinity, float.NegativeInfinity, float.PositiveInfinity]);
        candidates.Softmax();
        Assert.That(candidates.Probabilities.ToArray(), Is.EqualTo([0f, 0.5f, 0f, 0.5f]));
    }
}
