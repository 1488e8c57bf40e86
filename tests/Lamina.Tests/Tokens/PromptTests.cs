using Lamina.Tokens;

namespace Lamina.Tests.Tokens;

internal sealed class PromptTests
{
    [Test]
    public void Conversion_FromString_IsTypedText()
    {
        Prompt prompt = "<end>";
        Assert.That(prompt.Segments.Select(segment => segment.Kind), Is.EqualTo([PromptSegmentKind.Text]));
    }

    [Test]
    public void From_Nothing_IsEmpty()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Prompt.FromText(""), Is.SameAs(Prompt.Empty));
            Assert.That(Prompt.FromMarkup(""), Is.SameAs(Prompt.Empty));
            Assert.That(Prompt.FromTokens(), Is.SameAs(Prompt.Empty));
            Assert.That((Prompt.Empty + Prompt.Empty).Segments, Is.Empty);
        }
    }

    [Test]
    public void From_Null_Throws()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Prompt.FromText(null!), Throws.ArgumentNullException);
            Assert.That(() => Prompt.FromMarkup(null!), Throws.ArgumentNullException);
            Assert.That(() => Prompt.Empty + null!, Throws.ArgumentNullException);
            Assert.That(() => null! + Prompt.Empty, Throws.ArgumentNullException);
        }
    }

    [Test]
    public void Add_TwoPrompts_KeepsOrderAndLeavesThemAlone()
    {
        var left = Prompt.FromMarkup("<a>");
        var right = Prompt.FromText("b") + Prompt.FromTokens(1, 2);
        var joined = left + right;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(joined.ToString(), Is.EqualTo("<a>b"));
            Assert.That(
                joined.Segments.Select(segment => segment.Kind),
                Is.EqualTo([PromptSegmentKind.Markup, PromptSegmentKind.Text, PromptSegmentKind.Tokens]));
            Assert.That(left.Segments, Has.Length.EqualTo(1));
            Assert.That(right.Segments, Has.Length.EqualTo(2));
        }
    }

    [Test]
    public void FromTokens_ArrayChangedAfterwards_KeepsItsOwn()
    {
        int[] tokens = [1, 2];
        var prompt = Prompt.FromTokens(tokens);
        tokens[0] = 9;
        Assert.That(prompt.Segments[0].Tokens, Is.EqualTo([1, 2]));
    }
}
