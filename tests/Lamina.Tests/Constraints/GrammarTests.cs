using System.Text.Json;
using Lamina.Constraints;

namespace Lamina.Tests.Constraints;

internal sealed class GrammarTests
{
    private const string Arithmetic = """
        # sums and products
        root   ::= sum "\n"
        sum    ::= product (ws [-+] ws product)*
        product ::= atom (ws ("*" | "/") ws atom)*
        atom   ::= number | "(" ws sum ws ")"   # nested
        number ::= [0-9]{1,3} ("." [0-9]+)?
        ws     ::= " "?
        """;

    private const string Json = """
        root   ::= value
        value  ::= object | array | string | number | "true" | "false" | "null"
        object ::= "{" (member ("," member)*)? "}"
        member ::= string ":" value
        array  ::= "[" (value ("," value)*)? "]"
        string ::= "\"" ([^"\\\x00-\x1F] | "\\" (["\\/bfnrt] | "u" [0-9a-fA-F]{4}))* "\""
        number ::= "-"? ("0" | [1-9] [0-9]*) ("." [0-9]+)? ([eE] [-+]? [0-9]+)?
        """;

    [TestCase(Arithmetic, "1 + (2*3.5)\n", "12\n", "((1))/2\n")]
    [TestCase("""root ::= "é" [α-ω]+ . "🐉" """, "éλ?🐉", "éαω\n🐉")]
    [TestCase("root ::= ( \"a\"\n | \"b\" ) |\n \"c\"", "a", "b", "c")]
    [TestCase("root ::= \"a\"{2} \"b\"{1,} [c]{0,2}", "aab", "aabbcc")]
    [TestCase("""root ::= "ab"* "c"? """, "", "abab", "c", "abc")]
    [TestCase("""root ::= ("a"?)* "b" """, "b", "aab")]
    [TestCase("root ::= [^a-c\\n]", "d", "-", "ü")]
    [TestCase("root ::= [a-]", "a", "-")]
    [TestCase("""root ::= "\x41é\U0001F409\t\"\[" """, "Aé🐉\t\"[")]
    [TestCase("""root ::= "(" root ")" | """, "", "((()))")]
    [TestCase("""root ::= "a" root "b" | "a" root "c" | "x" """, "aaxbc", "x")]
    [TestCase("""root ::= "a" | "b" endless""" + "\nendless ::= \"c\" endless", "a")]
    [TestCase("root ::= y \"c\" | \"a\"\ny ::= \"a\"", "a", "ac")]
    [TestCase("root ::= \"a\" | y \"c\"\ny ::= \"a\"", "a", "ac")]
    public void Grammar_TextsOfIt_AreLetThrough(string grammar, params string[] texts)
    {
        var start = Constraint.Grammar(grammar).Start;
        Assert.That(texts, Is.All.Matches<string>(text => start.Accepts(text!)));
    }

    [TestCase(Arithmetic, "1 +\n", "1234\n", "(1\n", "12", "1 +  2\n")]
    [TestCase("root ::= [^a-c\\n]", "a", "\n", "", "dd")]
    [TestCase("root ::= \"a\"{2,3}", "a", "aaaa")]
    [TestCase("""root ::= "ab"* """, "a", "aba")]
    [TestCase("""root ::= "(" root ")" | """, "(()", "())")]
    [TestCase("""root ::= "a" | "b" endless""" + "\nendless ::= \"c\" endless", "b", "bc")]
    public void Grammar_OtherTexts_AreRefused(string grammar, params string[] texts)
    {
        var start = Constraint.Grammar(grammar).Start;
        Assert.That(texts, Is.All.Matches<string>(text => !start.Accepts(text!)));
    }

    [Test]
    public void Grammar_ThatNeverEndsInOnePlace_DoesNotGoThere() =>
        Assert.That(Constraint.Grammar("root ::= \"a\" | \"b\" endless\nendless ::= \"c\" endless").Start.After("b"), Is.Null);

    [Test]
    public void Grammar_OfJson_DrawsWhatIsJson()
    {
        var (start, random, found) = (Constraint.Grammar(Json).Start, new Random(1), 0);
        for (var i = 0; i < 300; i++)
        {
            if (start.Draw(random, longest: 200) is { } text)
            {
                Assert.That(() => JsonDocument.Parse(text).Dispose(), Throws.Nothing, text);
                found++;
            }
        }

        Assert.That(found, Is.GreaterThan(100));
    }

    [Test]
    public void Grammar_TextNestedDeep_IsFollowed()
    {
        var start = Constraint.Grammar("""root ::= "(" root ")" | "x" """).Start;
        var (open, close) = (new string('(', 20_000), new string(')', 20_000));
        Assert.That(start.Accepts(open + "x" + close));
        Assert.That(start.Accepts(open + "x" + close[1..]), Is.False);
    }

    [Test]
    public void Grammar_WithSeveralReadings_KeepsThemApart()
    {
        var start = Constraint.Grammar("root ::= \"ab\" \"c\"? | \"a\" \"bd\" | [a] . \"e\"").Start;
        Assert.That(new[] { "ab", "abc", "abd", "abe", "axe" }, Is.All.Matches<string>(text => start.Accepts(text!)));
        Assert.That(new[] { "abx", "axd", "abcd" }, Is.All.Matches<string>(text => !start.Accepts(text!)));
    }

    [Test]
    public void Grammar_SamePlacesReachedByWholeAndPartOfTexts_AreNotTheSame()
    {
        var start = Constraint.Grammar("root ::= p | \"x\"\np ::= [xy] \"b\"").Start;
        Assert.That((start.Accepts("x"), start.Accepts("y"), start.Accepts("yb")), Is.EqualTo((true, false, true)));
    }

    [Test]
    public void Grammar_TooAmbiguous_Ends()
    {
        var start = Constraint.Grammar("""root ::= "a" root "b" | "a" root "c" | "x" """).Start;
        Assert.That(() => start.After(new string('a', 40)), Throws.InstanceOf<LaminaException>().With.Message.Contains("ambiguous"));
    }

    [TestCase("root ::= \"a", 1, 10, "ends the text")]
    [TestCase("root ::= [a", 1, 10, "ends the class")]
    [TestCase("root ::=\n  (\"a\"", 2, 3, "ends the group")]
    [TestCase("root ::= \"a\")", 1, 13, "without a '('")]
    [TestCase("root ::= \"a\"\nb = \"c\"", 2, 3, "'::=' is missing")]
    [TestCase("root ::= * \"a\"", 1, 10, "repeats nothing")]
    [TestCase("root ::= \"a\"{3,2}", 1, 13, "must ascend")]
    [TestCase("root ::= \"a\"{9999}", 1, 13, "2000 at most")]
    [TestCase("root ::= \"a\"{x}", 1, 14, "count is missing")]
    [TestCase("root ::= \"a\"{1", 1, 15, "'}' is missing")]
    [TestCase("root ::= \"\\q\"", 1, 11, "escape is not known")]
    [TestCase("root ::= \"\\u12\"", 1, 11, "4 hexadecimal digits")]
    [TestCase("root ::= [z-a]", 1, 10, "comes after its last")]
    [TestCase("root ::= []", 1, 12, "no character")]
    [TestCase("root ::= \"\\ud800\"", 1, 17, "no character")]
    [TestCase("root ::= \"a\"\n\nother ::= b c", 3, 11, "'b' is nowhere defined")]
    [TestCase("root ::= \"a\"\nroot ::= \"b\"", 2, 1, "second time")]
    [TestCase("a ::= \"a\"\nb ::= \"b\"", 2, 10, "no rule 'root'", TestName = "{m}(no root)")]
    [TestCase("", 1, 1, "none at all")]
    [TestCase("root ::= <think>", 1, 10, "token")]
    [TestCase("root ::= \"a\" ,", 1, 14, "',' cannot stand here")]
    [TestCase("root ::= root \"a\" | \"b\"", 1, 1, "left-recursive")]
    [TestCase("root ::= x? y\nx ::= \"x\"\ny ::= z\nz ::= root", 1, 1, "left-recursive")]
    [TestCase("root ::= \"a\" root", 1, 1, "never comes to an end")]
    public void Grammar_Wrong_SaysWhereAndWhat(string grammar, int line, int column, string what)
    {
        Assert.That(
            () => Constraint.Grammar(grammar),
            Throws.InstanceOf<GrammarException>()
                .With.Property(nameof(GrammarException.Line)).EqualTo(line)
                .And.Property(nameof(GrammarException.Column)).EqualTo(column)
                .And.Message.Contains(what));
    }

    [Test]
    public void Grammar_NestedPastTheLimit_SaysSo()
    {
        var grammar = $"root ::= {new string('(', 100_000)}\"a\"{new string(')', 100_000)}";
        Assert.That(() => Constraint.Grammar(grammar), Throws.InstanceOf<GrammarException>().With.Message.Contains("200 deep"));
    }

    [Test]
    public void Grammar_RepetitionsOfRepetitions_AreLimited() =>
        Assert.That(
            () => Constraint.Grammar("root ::= \"a\"{2000}{2000}{2000}"),
            Throws.InstanceOf<GrammarException>().With.Message.Contains("symbols"));

    [Test]
    public void Grammar_LongChainOfRules_IsRead()
    {
        var rules = string.Join('\n', Enumerable.Range(0, 20_000).Select(i => $"r{i} ::= r{i + 1}"));
        Assert.That(Constraint.Grammar($"{rules}\nr20000 ::= \"a\"", "r0").Start.Accepts("a"));
    }

    [Test]
    public void Grammar_OtherRoot_IsThatRule() =>
        Assert.That(Constraint.Grammar("a ::= \"x\" b\nb ::= \"y\"", "b").Start.Accepts("y"));
}
