using System.Text;
using System.Text.Json;
using Lamina.Chat;
using Lamina.Chat.Replies;
using Lamina.Chat.Templates;
using Lamina.Constraints;
using Lamina.Runtime;
using Lamina.Tests.Chat.Templates;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Chat.Replies;

/// <summary>Every family's calls: as its template writes them, and as their form lets them come.</summary>
internal sealed class FamilyTests
{
    private const string Arguments = """{"place": "Ålesund, \"north\"", "days": 3, "units": {"metric": true, "list": [1, 2.5, "x"]}, "note": "a\nb {c}) <d>"}""";

    private static readonly ToolDescription[] Tools =
    [
        new("get_weather", "Reports the weather.", JsonElement.Parse("""
            {
              "type": "object",
              "properties": {
                "place": { "type": "string" },
                "days": { "type": "integer", "minimum": 0, "maximum": 9 },
                "units": { "$ref": "#/$defs/units" },
                "note": { "type": "string" }
              },
              "required": ["place", "days"],
              "additionalProperties": false,
              "$defs": { "units": { "type": "object", "properties": { "metric": { "type": "boolean" }, "list": { "type": "array" } }, "additionalProperties": false } }
            }
            """)),
        new("now", "The time.", JsonElement.Parse("""{ "type": "object", "properties": {}, "additionalProperties": false }""")),
    ];

    /// <summary>Each argument has a tag of its own there, which is not read.</summary>
    private static readonly string[] Unknown =
    [
        "ByteDance-Seed-OSS", "GLM-4.6", "GLM-4.7-Flash", "Kimi-K3", "MiniMax-M2", "MiniMax-M3", "NVIDIA-Nemotron-3-Nano-30B-A3B-BF16",
        "Qwen3-Coder", "Qwen3.5-4B", "StepFun3.5-Flash", "deepseek-ai-DeepSeek-V3.2", "deepseek-ai-DeepSeek-V4", "deepseek-ai-DeepSeek-V4-Flash-0731",
        "muse-glimmer", "openbmb-MiniCPM5-1B", "poolside-Laguna-S-2.1", "poolside-Laguna-XS-2.1", "poolside-Laguna-XS.2", "tencent-Hy3", "upstage-Solar-Open-100B",
    ];

    /// <summary>Their templates write no calls, or take none as ours are given to them; see <see cref="ReplyParserTests"/>.</summary>
    private static readonly string[] Unwritten =
    [
        "CohereForAI-c4ai-command-r-plus-tool_use", "Kimi-K2-Instruct", "Kimi-K2-Thinking", "LFM2-8B-A1B",
        "deepseek-ai-DeepSeek-R1-Distill-Llama-8B", "fireworks-ai-llama-3-firefunction-v2", "google-gemma-2-2b-it",
        "ibm-granite-granite-3.3-2B-Instruct", "llama-cpp-deepseek-r1", "meetkai-functionary-medium-v3.2",
    ];

    private static readonly string[] Ends =
    [
        "<|im_end|>", "<|eot_id|>", "<|eom_id|>", "</s>", "<|end_of_text|>", "<｜end▁of▁sentence｜>", "<|END_OF_TURN_TOKEN|>", "<turn|>", "<|call|>",
        "<|tool_response>", "<|calls|>", "<end_of_sentence>", "<|message_sep|>", "<SPECIAL_12>", "<sep>", "\n<|end|>", "<eos>",
    ];

    private static readonly FakeTokenizer Tokenizer = new();

    private static IEnumerable<string> Templates => ReferenceCase.TemplateNames;

    [TestCaseSource(nameof(Templates))]
    public void Read_CallsAsTheTemplateWritesThem_FindsThem(string name)
    {
        var format = new ChatFormat(ChatTemplate.Parse(ReferenceCase.ReadTemplate(name)), new Dictionary<string, string>(StringComparer.Ordinal) { ["bos_token"] = "<s>", ["eos_token"] = "</s>" });
        var isKnown = !Unknown.Contains(Path.GetFileNameWithoutExtension(name), StringComparer.Ordinal);
        Assert.That(format.Replies.Calls is not null, Is.EqualTo(isKnown));
        if (!isKnown)
        {
            Assert.That(() => format.Apply([ChatMessage.User("u")], new() { Tools = Tools }), Throws.TypeOf<NotSupportedException>());
            return;
        }

        var call = new ToolCall("call00001", "get_weather", JsonElement.Parse(Arguments));
        var (written, before) = (0, ChatMessage.User("What is it?"));
        foreach (var calls in (ToolCall[][])[[call], [call, new("call00002", "now", JsonElement.Parse("{}"))]])
        {
            if (TurnOf(format, before, calls) is not { } turn)
            {
                continue;
            }

            written++;
            foreach (var step in (int[])[1, 3, turn.Length])
            {
                var read = Read(format.Replies, turn, step, out var text, out var cut);
                Assert.That(string.Join('\n', read.Select(Written)), Is.EqualTo(string.Join('\n', calls.Select(Written))), turn);
                Assert.That((text, cut), Is.EqualTo(("", (string?)null)), turn);
            }
        }

        Assert.That(written > 0, Is.EqualTo(!Unwritten.Contains(Path.GetFileNameWithoutExtension(name), StringComparer.Ordinal)));
    }

    /// <summary>The texts that the form lets come, drawn at random: calls that are right, as its reader finds them.</summary>
    [TestCaseSource(nameof(Templates))]
    public void Form_RandomTexts_AreRightCalls(string name)
    {
        var syntax = ReplySyntaxes.Of(ReferenceCase.ReadTemplate(name));
        if (syntax.Calls is null)
        {
            Assert.That(Unknown, Does.Contain(Path.GetFileNameWithoutExtension(name)));
            return;
        }

        var form = ReplyForm.Of(syntax, Tokenizer, Tools, isRequired: true, isReasoning: false, answer: null);
        var (found, random) = (new HashSet<string>(StringComparer.Ordinal), new Random(1));
        for (var i = 0; i < 40; i++)
        {
            var text = Draw(form.Start, random, syntax.Calls.Mark);
            var calls = Read(syntax, text, 1 + (i % 7), out _, out var cut);
            Assert.That(calls, Is.Not.Empty, text);
            Assert.That(cut, Is.Null, text);
            found.UnionWith(calls.Select(call => call.Name));
            foreach (var call in calls.Where(call => string.Equals(call.Name, "get_weather", StringComparison.Ordinal)))
            {
                Assert.That(call.Arguments.GetProperty("place").ValueKind, Is.EqualTo(JsonValueKind.String), text);
                Assert.That(call.Arguments.GetProperty("days").GetInt32(), Is.InRange(0, 9), text);
            }
        }

        Assert.That(found, Is.EquivalentTo(new[] { "get_weather", "now" }));
    }

    [Test]
    public void Form_CallThatBeginsWithAControlToken_IsWatchedFor()
    {
        var tokenizer = new FakeTokenizer(null, ("<|tool_call_start|>", TokenKinds.None), ("<|tool_call_end|>", TokenKinds.None));
        var table = new TokenTable(tokenizer);
        var form = ReplyForm.Of(
            ReplySyntaxes.Of(ReferenceCase.ReadTemplate("LFM2-8B-A1B.jinja")), tokenizer, Tools, isRequired: false, isReasoning: false, answer: null);
        var matcher = new ConstraintMatcher(table, form.Start);
        foreach (var value in "Look: <|tool_call_start|>x"u8) // typed, it begins nothing
        {
            matcher.Accept(value);
        }

        matcher.Accept(tokenizer["<|tool_call_start|>"]);
        Assert.That((matcher.Allows('['), matcher.Allows('x'), matcher.Allows(tokenizer.End)), Is.EqualTo((true, false, false)));
        foreach (var value in "[now()]"u8)
        {
            matcher.Accept(value);
        }

        Assert.That((matcher.Allows(tokenizer["<|tool_call_end|>"]), matcher.Allows('x')), Is.EqualTo((true, false)));
        matcher.Accept(tokenizer["<|tool_call_end|>"]);
        Assert.That((matcher.Allows('x'), matcher.Allows(tokenizer.End)), Is.EqualTo((true, true)));
        Assert.That(new ConstraintMatcher(table, Constraint.Json.Start).Allows(tokenizer["<|tool_call_start|>"]), Is.False);
    }

    private static string Written(ToolCall call) => $"{call.Name} {JsonSerializer.Serialize(Sorted(call.Arguments))}";

    /// <summary>Some templates sort the keys.</summary>
    private static object? Sorted(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => new SortedDictionary<string, object?>(value.EnumerateObject().ToDictionary(member => member.Name, member => Sorted(member.Value), StringComparer.Ordinal), StringComparer.Ordinal),
        JsonValueKind.Array => value.EnumerateArray().Select(Sorted).ToList(),
        JsonValueKind.Number => value.GetDouble(),
        _ => value.ToString(),
    };

    /// <summary>The turn of the model as the template writes it; null where it writes no calls.</summary>
    private static string? TurnOf(ChatFormat format, ChatMessage before, ToolCall[] calls)
    {
        try
        {
            var options = new ChatPromptOptions { Tools = Tools };
            var prompt = format.Apply([before], options).ToString();
            var all = format.Apply([before, ChatMessage.Assistant("") with { ToolCalls = calls }], options with { AddGenerationPrompt = false }).ToString();
            var start = prompt.AsSpan().CommonPrefixLength(all);
            var turn = all[(start < prompt.Length ? all.LastIndexOf('<', start) : start)..];
            var end = Ends.Select(mark => turn.IndexOf(mark, StringComparison.Ordinal)).Where(at => at > 0).DefaultIfEmpty(turn.Length).Min();
            turn = turn[..end].Replace("<|begin_assistant|>", "", StringComparison.Ordinal).Replace("<｜Assistant｜>", "", StringComparison.Ordinal);
            return calls.All(call => turn.Contains(call.Name, StringComparison.Ordinal)) && turn.Contains("lesund", StringComparison.Ordinal) ? turn : null;
        }
        catch (TemplateException)
        {
            return null; // the template takes no such calls
        }
    }

    private static List<ToolCall> Read(ReplySyntax syntax, string turn, int step, out string text, out string? cut)
    {
        var parser = new ReplyParser(syntax, isReasoning: false, readsCalls: true);
        var updates = new List<ChatReplyUpdate>();
        for (var at = 0; at < turn.Length; at += step)
        {
            updates.AddRange(parser.Append(turn.Substring(at, Math.Min(step, turn.Length - at))));
        }

        updates.AddRange(parser.End(out cut));
        text = string.Concat(updates.Select(update => update.Text));
        return [.. updates.Select(update => update.ToolCall).OfType<ToolCall>()];
    }

    private static string Draw(TextState state, Random random, string mark)
    {
        var bytes = new List<byte>();
        for (var next = state; ; )
        {
            var marked = Encoding.UTF8.GetBytes(mark).Aggregate((TextState?)next, (after, value) => after?.Accept(value));
            if (mark.Length > 1 && marked is not null && random.Next(2) == 0)
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(mark));
                next = marked;
                continue;
            }

            var open = Enumerable.Range(0x20, 0x5F).Append('\n').Where(value => next.Accept((byte)value) is not null).Select(value => (byte)value).ToArray();
            if (open.Length == 0)
            {
                // Characters of control tokens' names that are no ASCII.
                open = [.. Enumerable.Range(0x80, 0x80).Select(value => (byte)value).Where(value => next.Accept(value) is not null)];
            }

            // Texts, numbers and blanks come to an end.
            byte[] closing = [.. open.Where(value => value is (byte)'"' or (byte)'}' or (byte)']' or (byte)')' or (byte)'<' or (byte)'\'')];
            if (next.CanEnd && (open.Length == 0 || open.Length > 90 || random.Next(2) == 0))
            {
                return Encoding.UTF8.GetString([.. bytes]);
            }

            Assert.That(open, Is.Not.Empty, Encoding.UTF8.GetString([.. bytes]));
            var from = closing.Length > 0 && random.Next(3) > 0 ? closing : open;
            bytes.Add(from[random.Next(from.Length)]);
            next = next.Accept(bytes[^1])!;
        }
    }
}
