using Lamina.Constraints;
using Lamina.LlamaCpp.Tests.Runtime;
using Lamina.LlamaCpp.Tests.Sampling;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Constraints;

/// <summary>Our grammars allow the tokens that llama.cpp's allow.</summary>
internal sealed class GrammarConformanceTests
{
    private static IEnumerable<TestCaseData<string>> Grammars =>
    [
        Case("list", """root ::= ("- " [^\n]+ "\n"){1,3}"""),
        Case("arithmetic", """
            root ::= (expr "=" ws term "\n")+
            expr ::= term ([-+*/] term)*
            term ::= ident | num | "(" ws expr ")" ws
            ident ::= [a-z] [a-z0-9_]* ws
            num ::= [0-9]+ ws
            ws ::= [ \t\n]*
            """),
        Case("json", """
            root ::= object
            value ::= object | array | string | number | ("true" | "false" | "null") ws
            object ::= "{" ws ( string ":" ws value ("," ws string ":" ws value)* )? "}" ws
            array ::= "[" ws ( value ("," ws value)* )? "]" ws
            string ::= "\"" ( [^"\\\x7F\x00-\x1F] | "\\" (["\\bfnrt] | "u" [0-9a-fA-F]{4}) )* "\"" ws
            number ::= ("-"? ([0-9] | [1-9] [0-9]{0,15})) ("." [0-9]+)? ([eE] [-+]? [0-9] [1-9]{0,15})? ws
            ws ::= | " " | "\n" [ \t]{0,20}
            """),
        Case("characters of several bytes", """root ::= ([α-ωÀ-ÿ] | "🐉" | [一-龯] | .)* "é" """),
        Case("all but some", """root ::= [^a-z ] [^\x80-\U0010FFFF]{2,5} "." """),
        Case("nested", """root ::= "(" root ")" | "[" root "]" | " a"? """),
        Case("comments and lines", "# a\nroot ::= (a |\n  b) a+ # b\n\n\na ::= \"x \" | \"the \"\nb ::= # c\n  \"yes\" | (\n\"no\")\n"),
        Case("optional in a row", """root ::= "a"? "b"? "the"? " dog"{0,2} "c"{2} "d"* """),
    ];

    [TestCaseSource(nameof(Grammars))]
    public void Mask_TextsOfAGrammar_AllowsTheSameTokens(string grammar)
    {
        var model = DecoderModels.Load(DecoderModels.Trained);
        var table = new TokenTable(model.Tokenizer);
        var constraint = Constraint.Grammar(grammar);
        var random = new Random(1);
        int[] usual = [.. Enumerable.Range(0, model.Tokenizer.VocabularySize).Where(token => IsUsual(model.Tokenizer, token))];
        var compared = 0;
        for (var text = 0; text < 12; text++)
        {
            var matcher = new ConstraintMatcher(table, constraint.Start);
            var said = new List<int>();
            using var native = NativeSampler.Grammar(NativeSampler.PointerOf(model), grammar);
            for (var length = 0; length < 40; length++)
            {
                var logits = new float[model.Tokenizer.VocabularySize];
                var expected = AllowedNatively(native, usual, logits.Length);
                matcher.Mask(logits);
                int[] found = [.. usual.Where(token => logits[token] == 0)];

                // Within a character llama.cpp allows bytes too that make none of them.
                var isWithin = model.Tokenizer.Decode(said.ToArray()).EndsWith('\uFFFD');
                Assert.That(found, isWithin ? Is.SubsetOf(expected) : Is.EqualTo(expected), $"text {text}, token {length}");
                compared += found.Length;
                if (found.Length == 0)
                {
                    break;
                }

                var next = found[random.Next(found.Length)];
                if (model.Tokenizer.GetKind(next).HasFlag(TokenKinds.EndOfGeneration))
                {
                    break;
                }

                said.Add(next);
                matcher.Accept(next);
                native.Accept(next);
            }
        }

        Assert.That(compared, Is.GreaterThan(50));
    }

    /// <summary>llama.cpp takes the names of control tokens for text, bytes that are in no UTF-8 too, and a zero for nothing.</summary>
    private static bool IsUsual(ITokenizer tokenizer, int token) =>
        (tokenizer.GetKind(token) & (TokenKinds.Control | TokenKinds.EndOfGeneration)) != TokenKinds.Control
        && !tokenizer.GetBytes(token).ContainsAny<byte>(0, 0xC0, 0xC1) && !tokenizer.GetBytes(token).ContainsAnyInRange<byte>(0xF5, 0xFF);

    private static int[] AllowedNatively(NativeSampler native, int[] usual, int vocabulary)
    {
        NativeSampler.Candidate[] array = [.. Enumerable.Range(0, vocabulary).Select(token => new NativeSampler.Candidate(token, 0))];
        var left = native.Apply(array, out _).ToArray();
        return [.. usual.Where(token => left[token].Logit == 0)];
    }

    private static TestCaseData<string> Case(string name, string grammar) => new(grammar) { TestName = $"{{m}}({name})" };
}
