using System.Text;
using System.Text.Json;
using Lamina.Constraints;
using Lamina.Constraints.Json;
using Lamina.Constraints.Texts;
using Lamina.Runtime;

namespace Lamina.Chat.Replies;

/// <summary>The form of a reply that may call tools: free, until a call begins.</summary>
internal static class ReplyForm
{
    /// <summary>What begins a call where it is nothing but a JSON object.</summary>
    private static string BareBegin(CallSyntax calls) => $"{{\"{calls.NameKey}\":";

    /// <summary>Makes the form.</summary>
    /// <param name="syntax">How replies are written.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="tools">The tools that may be called, at least one.</param>
    /// <param name="isRequired">Whether one of them must be called.</param>
    /// <param name="isReasoning">Whether the reply begins within reasoning.</param>
    /// <param name="answer">The form of what is said where nothing is called; null for any.</param>
    /// <exception cref="SchemaException">A tool's schema cannot be honoured.</exception>
    public static Constraint Of(
        ReplySyntax syntax, ITokenizer tokenizer, IReadOnlyList<ToolDescription> tools, bool isRequired, bool isReasoning, Constraint? answer)
    {
        var calls = syntax.Calls!;
        var bytesOf = Writer(tokenizer);
        var form = new CallForm(calls, tools, bytesOf);
        string[] begins = [.. new[] { calls.Begin }.Concat(calls.OtherBegins).Where(begin => begin.Length > 0)];
        byte[][] triggers = [.. begins.Select(begin => bytesOf(begin))];
        var nothing = new LiteralText([]);
        var said = Said();
        var start = isRequired ? Called(calls.TextBegin is null ? said : nothing) : said;
        return new(isReasoning ? AfterReasoning(syntax, bytesOf, start) : start, "tool calls");

        // What is said, and the calls in it.
        TextState Said()
        {
            if (calls.TextBegin is not null)
            {
                return EitherText.Of(Called(nothing), SequenceText.Of(
                    new LiteralText(bytesOf(calls.TextBegin)), SchemaCompiler.Compile(JsonElement.Parse("""{"type":"string"}""")), new LiteralText(bytesOf("}"))));
            }

            var free = answer?.Start ?? WatchedText.Of(triggers, (i, again) => Form(i, again));
            for (var i = 0; i < triggers.Length && answer is not null; i++)
            {
                free = new BegunText(triggers[i], Form(i, nothing), free);
            }

            var bare = bytesOf(BareBegin(calls));
            return calls.Begin.Length > 0 ? calls.IsBegun ? EitherText.Of(form.AfterBegin(free), Recipient(free)) : free
                : new BegunText(bare, form.AfterBeginningOfObject(bare, nothing)!, free);
        }

        // A call, from the reply's beginning.
        TextState Called(TextState then) => calls.IsBegun
            ? form.AfterBegin(then)
            : SequenceText.Of(new LiteralText(bytesOf(calls.Begin)), form.AfterBegin(then));

        // What is said has a recipient as well.
        TextState Recipient(TextState free) => SequenceText.Of(new LiteralText(bytesOf(calls.TextName + calls.Between)), free);

        TextState Form(int trigger, TextState then) => calls.TextName is not null && string.Equals(calls.Begin, begins[trigger], StringComparison.Ordinal)
            ? EitherText.Of(form.AfterBegin(then), Recipient(then))
            : form.AfterBegin(then);
    }

    /// <summary>The form of a reply that says something of a form, after reasoning or at once.</summary>
    /// <param name="syntax">How replies are written.</param>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="isReasoning">Whether the reply begins within reasoning.</param>
    /// <param name="answer">The form of what is said.</param>
    public static Constraint AfterReasoning(ReplySyntax syntax, ITokenizer tokenizer, bool isReasoning, Constraint answer)
    {
        var bytesOf = Writer(tokenizer);
        var reasoned = AfterReasoning(syntax, bytesOf, answer.Start);
        return new(isReasoning ? reasoned : new BegunText(bytesOf(syntax.Reasoning!.Value.Begin), reasoned, answer.Start), answer.ToString());
    }

    private static WatchedText AfterReasoning(ReplySyntax syntax, Func<string, byte[]> bytesOf, TextState answer) =>
        WatchedText.Of([bytesOf(syntax.Reasoning!.Value.End)], (_, _) => SequenceText.Of(new Blanks(), answer));

    /// <summary>What writes a text whose control tokens are the model's.</summary>
    public static Func<string, byte[]> Writer(ITokenizer tokenizer)
    {
        var names = tokenizer.ControlTokens
            .Where(token => !tokenizer.GetKind(token).HasFlag(TokenKinds.EndOfGeneration))
            .Select(token => Encoding.UTF8.GetString(tokenizer.GetBytes(token)))
            .Where(name => name.Length > 0)
            .OrderByDescending(name => name.Length)
            .ToArray();
        return text =>
        {
            var bytes = new List<byte>();
            for (var at = 0; at < text.Length;)
            {
                if (Array.Find(names, name => string.CompareOrdinal(text, at, name, 0, name.Length) == 0) is { } control)
                {
                    bytes.Add(TokenTable.ControlMark);
                    bytes.AddRange(Encoding.UTF8.GetBytes(control));
                    at += control.Length;
                }
                else
                {
                    var length = char.IsHighSurrogate(text[at]) ? 2 : 1;
                    bytes.AddRange(Encoding.UTF8.GetBytes(text.Substring(at, length)));
                    at += length;
                }
            }

            return [.. bytes];
        };
    }

    /// <summary>Up to two line breaks.</summary>
    private sealed class Blanks(int left = 2) : TextState
    {
        public override bool CanEnd => true;

        public override TextState? Accept(byte value) => value == '\n' && left > 0 ? new Blanks(left - 1) : null;
    }
}
