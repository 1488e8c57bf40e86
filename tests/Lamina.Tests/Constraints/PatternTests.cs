using System.Text;
using System.Text.RegularExpressions;
using Lamina.Constraints;
using Lamina.Constraints.Patterns;

namespace Lamina.Tests.Constraints;

/// <summary>Patterns as automata, against .NET's own engine.</summary>
internal sealed class PatternTests
{
    private static readonly string[] Patterns =
    [
        "a", "^a*$", "^(a|b)*abb$", "a{2,3}", "^a{2,}b?$", "[^a]", "^[a-c]+$", @"^\d{3}-\d{4}$", @"\w+@\w+", "^(?=.*a)(?=.*b).{3,5}$",
        "^(?!ab)[ab]*$", "a|^b|c$", "^$", "", "(ab|a)(bc|c)?", "^(?:a|(?:b|c)d)+$", @"^[\w.-]+$", "^a.c$", @"\.", "^(a?){5}a{5}$",
        "^[^b]*b[^b]*$", "^((a{0,2}b){2}|c)$", @"^\s*a\s*$", "^(?!.*aa)[ab]+$", "^x?(?!b)[abx]*$", "^^a$$", "(^a|b)c", "[]a]b", "[a-]c",
    ];

    private static readonly string[] Letters = ["aabbc. x1-@]", "ab", "a", "1-", "1111111-", "ac"];

    [TestCaseSource(nameof(Patterns))]
    public void Search_RandomTexts_MatchAsInDotNet(string pattern)
    {
        var dialect = pattern.StartsWith("[]", StringComparison.Ordinal) ? PatternDialect.DotNet : PatternDialect.EcmaScript;
        var automaton = PatternAutomaton.Search(pattern, dialect);
        var regex = new Regex(pattern, RegexOptions.None, TimeSpan.FromSeconds(1));
        var (random, matches) = (new Random(1), 0);
        for (var i = 0; i < 3000; i++)
        {
            var text = new string(random.GetItems(Letters[i % Letters.Length].ToCharArray(), random.Next(12)));
            var state = automaton.Read(text);
            Assert.That(automaton.IsRight(state), Is.EqualTo(regex.IsMatch(text)), text);
            Assert.That(!automaton.IsRight(state) || automaton.CanBeRight(state));
            matches += automaton.IsRight(state) ? 1 : 0;
        }

        Assert.That(matches, Is.Positive);
    }

    [TestCase("^ab$", "a", true, true)]
    [TestCase("^ab$", "b", false, true)]
    [TestCase("^ab$", "ab", true, true)]
    [TestCase("ab", "ab", true, false)]
    [TestCase("^(?!a)", "a", false, true)]
    [TestCase("^[^a]*$", "bbb", true, true)]
    public void CanBe_AfterABeginning_SaysWhatCanCome(string pattern, string beginning, bool right, bool wrong)
    {
        var automaton = PatternAutomaton.Search(pattern, PatternDialect.EcmaScript);
        var state = automaton.Read(beginning);
        Assert.That((automaton.CanBeRight(state), automaton.CanBeWrong(state)), Is.EqualTo((right, wrong)));
    }

    [TestCase(@"\d", "٣", false)]
    [TestCase(@"\p{Nd}", "٣", true)]
    [TestCase(@"^\p{L}+$", "Straße", true)]
    [TestCase(@"^\P{L}+$", "Straße", false)]
    [TestCase("^.$", "🐉", true)]
    [TestCase(@"^\u{1F409}$", "🐉", true)]
    [TestCase(@"^\ud83d\udc09$", "🐉", true)]
    [TestCase(@"^\cA\x41\0$", "\u0001A\0", true)]
    public void Search_Unicode_IsByCodePoints(string pattern, string text, bool expected)
    {
        var automaton = PatternAutomaton.Search(pattern, PatternDialect.EcmaScript);
        Assert.That(automaton.IsRight(automaton.Read(text)), Is.EqualTo(expected));
    }

    [TestCase(@"(a)\1", "back reference")]
    [TestCase(@"\bword", @"\b")]
    [TestCase("(?<=a)b", "lookbehind")]
    [TestCase("(?:(?=a)b)c", "lookahead within a group")]
    [TestCase("(?i)a", "options")]
    [TestCase("a)", "without a '('")]
    [TestCase("(a", "without a ')'")]
    [TestCase("[a", "without a ']'")]
    [TestCase("*a", "repeats nothing")]
    [TestCase("a{3,2}", "ascend")]
    [TestCase("[z-a]", "do not ascend")]
    [TestCase(@"\p{Cyrillic}", "general categories")]
    [TestCase(@"a\", "ends with")]
    public void Regex_NotSupported_SaysWhat(string pattern, string fault) =>
        Assert.That(() => Constraint.Regex(pattern), Throws.ArgumentException.With.Message.Contains(fault).And.Message.Contains("pattern"));

    [Test]
    public void Regex_NestedDeep_SaysSo() => Assert.That(
        () => Constraint.Regex(string.Concat(Enumerable.Repeat("(", 10_000))), Throws.ArgumentException.With.Message.Contains("200 deep"));

    [Test]
    public void Regex_MatchesNothing_SaysSo() =>
        Assert.That(() => Constraint.Regex("(?!a)a"), Throws.ArgumentException.With.Message.Contains("No text matches"));

    [Test]
    public void Regex_WholeTexts_AreLetThroughByteByByte()
    {
        var start = Constraint.Regex("(?:é|🐉)+x?").Start;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(start.Accepts("é🐉x"));
            Assert.That(start.Accepts("x"), Is.False);
            Assert.That(start.After("é")!.Accept("ê"u8[0]), Is.Not.Null, "the first byte of both");
            Assert.That(start.After("é")!.Accept("ê"u8[0])!.Accept("ê"u8[1]), Is.Null);
            Assert.That(start.Accept(0xC1), Is.Null, "no first byte");
            Assert.That(start.Accept(0xF0)!.CanEnd, Is.False, "a character is cut");
        }
    }

    [Test]
    public void Choice_Texts_AreTheOnlyOnes()
    {
        string[] choices = ["yes", "no", "yesterday", "日本"];
        var start = Constraint.Choice(choices).Start;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(choices, Is.All.Matches<string>(text => start.Accepts(text!)));
            Assert.That(start.After("ye"), Is.Not.Null);
            Assert.That(start.Accepts("ye"), Is.False);
            Assert.That(start.After("n")!.CountNext(out var only, out _), Is.EqualTo(1));
            Assert.That(only, Is.EqualTo((byte)'o'));
            Assert.That(start.After("no")!.CountNext(out _, out _), Is.Zero);
            Assert.That(start.After("yes")!.CountNext(out _, out _), Is.EqualTo(1));
        }
    }

    [Test]
    public void Choice_NoneOrEmpty_SaysWhatIsRight() => Assert.Multiple(() =>
    {
        Assert.That(() => Constraint.Choice(), Throws.ArgumentException.With.Message.Contains("at least one character"));
        Assert.That(() => Constraint.Choice("a", ""), Throws.ArgumentException.With.Message.Contains("at least one character"));
    });
}
