using Lamina.Pooling;
using Lamina.Tokens;

namespace Lamina.Tests.Pooling;

internal sealed class PrefixMapTests
{
    private static readonly string Long = new('x', 10 * PrefixPieces.PieceSize);

    [Test]
    public void Of_PromptsThatBeginAlike_ShareThePiecesOfTheirBeginning()
    {
        var one = PrefixPieces.Of(1, "a", Long + "one");
        var other = PrefixPieces.Of(1, "a", Long[..700] + "other" + Long);
        Assert.That(one, Has.Length.EqualTo(10));
        Assert.That(one.AsSpan().CommonPrefixLength(other), Is.EqualTo(700 / PrefixPieces.PieceSize));
    }

    [Test]
    public void Of_JoinedSegments_CutsAcrossThem()
    {
        var whole = PrefixPieces.Of(1, null, Prompt.FromText(Long));
        Assert.That(PrefixPieces.Of(1, null, Prompt.FromText(Long[..300]), Prompt.FromText(Long[300..])), Has.Length.EqualTo(whole.Length));
    }

    [Test]
    public void Of_OtherTenantSeedOrKind_HasNoPieceInCommon()
    {
        ulong[][] found =
        [
            PrefixPieces.Of(1, null, Long),
            PrefixPieces.Of(1, "", Long),
            PrefixPieces.Of(1, "a", Long),
            PrefixPieces.Of(2, "a", Long),
            PrefixPieces.Of(1, "a", Prompt.FromMarkup(Long)),
        ];
        Assert.That(found.SelectMany(pieces => pieces), Is.Unique);
    }

    [Test]
    public void Of_HugePrompt_LooksAtItsBeginning()
    {
        Assert.That(PrefixPieces.Of(1, null, new string('é', 10_000_000)), Has.Length.EqualTo(256));
        Assert.That(PrefixPieces.Of(1, null, Prompt.FromTokens(new int[1_000_000])), Has.Length.EqualTo(256));
        Assert.That(PrefixPieces.Of(1, null, "short"), Is.Empty);
    }

    [Test]
    public void Find_AfterAddAndForget_CountsWhatEachWorkerRead()
    {
        var map = new PrefixMap(100);
        map.Add([1, 2, 3], worker: 0);
        map.Add([1, 2, 4], worker: 63);
        var found = new int[64];
        map.Find([1, 2, 3, 5], found);
        Assert.That((found[0], found[63], found[1]), Is.EqualTo((3, 2, 0)));
        map.Forget(0);
        map.Find([1, 2, 3, 5], found);
        Assert.That((found[0], found[63]), Is.EqualTo((0, 2)));
    }

    [Test]
    public void Add_MoreThanThereIsRoomFor_ForgetsTheOldest()
    {
        var map = new PrefixMap(100);
        for (var i = 0UL; i < 1000; i++)
        {
            map.Add([ulong.MaxValue, i], worker: 1);
            Assert.That(map.Count, Is.LessThanOrEqualTo(100));
        }

        var found = new int[2];
        map.Find([999], found);
        Assert.That(found[1], Is.EqualTo(1), "the newest");
        map.Find([ulong.MaxValue], found);
        Assert.That(found[1], Is.EqualTo(1), "what is asked for again and again");
        map.Find([0], found);
        Assert.That(found[1], Is.Zero, "the oldest");
    }

    [Test]
    public void Add_NoRoomAtAll_RemembersNothing()
    {
        var map = new PrefixMap(0);
        map.Add([1], worker: 0);
        Assert.That(map.Count, Is.Zero);
    }
}
