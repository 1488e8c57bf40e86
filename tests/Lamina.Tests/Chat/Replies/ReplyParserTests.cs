using System.Text.Json;
using Lamina.Chat;
using Lamina.Chat.Replies;
using Lamina.Chat.Templates;
using Lamina.Tests.Chat.Templates;

namespace Lamina.Tests.Chat.Replies;

/// <summary>Replies as models write them.</summary>
internal sealed class ReplyParserTests
{
    private const string Call = """[call f {"a":"x","n":[1]}]""";

    [TestCase("Qwen-Qwen3-0.6B", "<think>\nHm. <b>?\n</think>\n\nYes < no.\n", "(Hm. <b>?)Yes < no.\n")]
    [TestCase("Qwen-Qwen3-0.6B", "I look.\n\n<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": \"x\", \"n\": [1]}}\n</tool_call>", $"I look.{Call}")]
    [TestCase("Qwen-Qwen3-0.6B", "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":\"x\",\"n\":[1]}}</tool_call> <tool_call> {\"name\": \"g\"} </tool_call>", $"{Call}[call g {{}}]")]
    [TestCase("Qwen-Qwen3-0.6B", "<tool_call>\nnothing</tool_call>", "<tool_call>\nnothing</tool_call>")]
    [TestCase("Qwen-Qwen3-0.6B", "<tool_call>{\"name\": 3}", "<tool_call>{\"name\": 3}")]
    [TestCase("meta-llama-Llama-3.1-8B-Instruct", "{\"name\": \"f\", \"parameters\": {\"a\": \"x\", \"n\": [1]}}", Call)]
    [TestCase("meta-llama-Llama-3.1-8B-Instruct", "<|python_tag|>{\"name\": \"f\", \"parameters\": {\"a\": \"x\", \"n\": [1]}}", Call)]
    [TestCase("meta-llama-Llama-3.1-8B-Instruct", "{\"name\": \"Oslo\", \"parameters\": 3}", "{\"name\": \"Oslo\", \"parameters\": 3}")]
    [TestCase("meta-llama-Llama-3.1-8B-Instruct", "It is {\"name\": \"f\", \"parameters\": {}}", "It is {\"name\": \"f\", \"parameters\": {}}")]
    [TestCase("mistralai-Mistral-Nemo-Instruct-2407", "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {\"a\": \"x\", \"n\": [1]}, \"id\": \"abcdefghi\"}]", Call)]
    [TestCase("mistralai-Mistral-Nemo-Instruct-2407", "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {\"a\": \"x\", \"n\": [1]}}]\n\nLooking.", $"{Call}Looking.")]
    [TestCase("Mistral-Small-3.2-24B-Instruct-2506", "[TOOL_CALLS]f[ARGS]{\"a\": \"x\", \"n\": [1]}[TOOL_CALLS]g[CALL_ID]abcdefghi[ARGS]{}", $"{Call}[call g {{}}]")]
    [TestCase("meetkai-functionary-medium-v3.2", "f\n{\"a\": \"x\", \"n\": [1]}\n>>>g\n{}", $"{Call}[call g {{}}]")]
    [TestCase("meetkai-functionary-medium-v3.2", "all\nLook.\n>>>f\n{\"a\": \"x\", \"n\": [1]}", $"Look.{Call}")]
    [TestCase("meetkai-functionary-medium-v3.1", "<function=f>{\"a\": \"x\", \"n\": [1]}</function>", Call)]
    [TestCase("CohereForAI-c4ai-command-r-plus-tool_use", "Action:\n```json\n[\n    {\n        \"tool_name\": \"f\",\n        \"parameters\": {\"a\": \"x\", \"n\": [1]}\n    }\n]\n```", Call)]
    [TestCase("CohereForAI-c4ai-command-r-plus-tool_use", "Action: ```json\n[{\"tool_name\": \"directly_answer\", \"parameters\": {}}]```", "")]
    [TestCase("CohereForAI-c4ai-command-r7b-12-2024-tool_use", "<|START_THINKING|>Hm.<|END_THINKING|><|START_ACTION|>[\n    {\"tool_call_id\": \"0\", \"tool_name\": \"f\", \"parameters\": {\"a\": \"x\", \"n\": [1]}}\n]<|END_ACTION|>", $"(Hm.){Call}")]
    [TestCase("CohereForAI-c4ai-command-r7b-12-2024-tool_use", "<|START_THINKING|>Hm.<|END_THINKING|><|START_RESPONSE|>Yes.<|END_RESPONSE|>", "(Hm.)Yes.")]
    [TestCase("deepseek-ai-DeepSeek-R1-Distill-Qwen-32B", "<think>\nHm.</think>\n<｜tool▁calls▁begin｜><｜tool▁call▁begin｜>function<｜tool▁sep｜>f\n```json\n{\"a\": \"x\", \"n\": [1]}\n```<｜tool▁call▁end｜>\n<｜tool▁call▁begin｜>function<｜tool▁sep｜>g\n```json\n{}\n```<｜tool▁call▁end｜><｜tool▁calls▁end｜>", $"(Hm.){Call}[call g {{}}]")]
    [TestCase("openai-gpt-oss-120b", "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>commentary to=functions.f <|constrain|>json<|message|>{\"a\": \"x\", \"n\": [1]}", $"(Hm.){Call}")]
    [TestCase("openai-gpt-oss-120b", "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant to=functions.f<|channel|>commentary json<|message|>{\"a\": \"x\", \"n\": [1]}", $"(Hm.){Call}")]
    [TestCase("openai-gpt-oss-120b", "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.", "(Hm.)Yes.")]
    [TestCase("google-gemma-4-31B-it", "<|channel>thought\nHm.\n<channel|>Look.<|tool_call>call:f{a:<|\"|>x<|\"|>,n:[1]}<tool_call|>", $"(Hm.)Look.{Call}")]
    [TestCase("ibm-granite-granite-3.3-2B-Instruct", "<|tool_call|>[{\"name\": \"f\", \"arguments\": {\"a\": \"x\", \"n\": [1]}}]", Call)]
    [TestCase("LFM2-8B-A1B", "<|tool_call_start|>[f(a=\"x\", n=[1])]<|tool_call_end|>Looking.", $"{Call}Looking.")]
    [TestCase("LFM2-8B-A1B", "<|tool_call_start|>[f(a='it\\'s', b=True, c=None, d={'k': -1.5})]<|tool_call_end|>", "[call f {\"a\":\"it\\u0027s\",\"b\":true,\"c\":null,\"d\":{\"k\":-1.5}}]")]
    [TestCase("Kimi-K2-Instruct", "<|tool_calls_section_begin|><|tool_call_begin|>functions.f:0<|tool_call_argument_begin|>{\"a\": \"x\", \"n\": [1]}<|tool_call_end|><|tool_calls_section_end|>", Call)]
    [TestCase("google-gemma-2-2b-it", "{\"tool_calls\": [{\"name\": \"f\", \"arguments\": {\"a\": \"x\", \"n\": [1]}}]}", Call)]
    [TestCase("google-gemma-2-2b-it", "{\"response\": \"a \\\"b\\\"\\n\\u00e9\\ud83d\\ude00\"}", "a \"b\"\né😀")]
    public void Append_WhatModelsWrite_IsTakenApart(string template, string reply, string expected)
    {
        foreach (var step in (int[])[1, 2, 5, reply.Length])
        {
            Assert.That(Read(template, reply, step, out var cut), Is.EqualTo(expected), $"{step} at a time");
            Assert.That(cut, Is.Null);
        }
    }

    [TestCase("Qwen-Qwen3-0.6B", "Look.<tool_call>\n{\"name\": \"f\", \"argu", "Look.", "<tool_call>\n{\"name\": \"f\", \"argu")]
    [TestCase("Mistral-Small-3.2-24B-Instruct-2506", "[TOOL_CALLS]f[ARGS]{}[TOOL_CALLS]g[ARG", "[call f {}]", "[TOOL_CALLS]g[ARG")]
    [TestCase("LFM2-8B-A1B", "<|tool_call_start|>[f(a=\"x", "", "<|tool_call_start|>[f(a=\"x")]
    [TestCase("google-gemma-2-2b-it", "{\"response\": \"a b", "a b", null)]
    public void End_ReplyThatIsCut_TellsTheRest(string template, string reply, string expected, string? expectedCut)
    {
        Assert.That(Read(template, reply, 3, out var cut), Is.EqualTo(expected));
        Assert.That(cut, Is.EqualTo(expectedCut));
    }

    [Test]
    public void Append_WithoutTools_LeavesCallsInTheText()
    {
        const string Reply = "<tool_call>{\"name\": \"f\", \"arguments\": {}}</tool_call>";
        var parser = new ReplyParser(Syntax("Qwen-Qwen3-0.6B"), isReasoning: false, readsCalls: false);
        Assert.That(string.Concat(parser.Append(Reply).Concat(parser.End(out _)).Select(update => update.Text)), Is.EqualTo(Reply));
    }

    [Test]
    public void Append_RecipientsWithoutTools_AreNoText()
    {
        var parser = new ReplyParser(Syntax("meetkai-functionary-medium-v3.2"), isReasoning: false, readsCalls: false);
        Assert.That(string.Concat(parser.Append("all\nHello.").Concat(parser.End(out _)).Select(update => update.Text)), Is.EqualTo("Hello."));
    }

    [Test]
    public void Apply_ModelWithoutTools_ReadsCallsAndResultsAsText([Values] bool withTools)
    {
        var call = new ToolCall("1", "f", JsonElement.Parse("""{"a":"x"}"""));
        ChatMessage[] messages = [ChatMessage.User("u"), ChatMessage.Assistant("") with { ToolCalls = [call] }, ChatMessage.Tool(call, "found it")];
        var format = new ChatFormat(ChatTemplate.Parse("{% for m in messages %}[{{ m.role }}] {{ m.content }}{% if m.tool_calls %}!{% endif %}{% endfor %}"));
        ToolDescription[] tools = withTools ? [new("f", "Finds.", JsonElement.Parse("""{"type":"object"}"""))] : [];
        var prompt = format.Apply(messages, new() { Tools = tools }).ToString();
        Assert.That(prompt, Does.EndWith("[user] u[assistant] {\"tool_calls\": [{\"name\": \"f\", \"arguments\": {\"a\":\"x\"}}]}[user] The tool f found: found it"));
        Assert.That(prompt.Contains("[system]", StringComparison.Ordinal), Is.EqualTo(withTools));
    }

    [Test]
    public void Append_WhatMayBeAMark_IsHeldUntilItIsKnown()
    {
        var parser = new ReplyParser(Syntax("Qwen-Qwen3-0.6B"), isReasoning: true, readsCalls: true);
        Assert.That(parser.Append("Hm").Single().Reasoning, Is.EqualTo("Hm"));
        Assert.That(parser.Append("</th"), Is.Empty);
        Assert.That(parser.Append("at").Single().Reasoning, Is.EqualTo("</that"));
        Assert.That(parser.Append("</think>"), Is.Empty);
        Assert.That(parser.IsReasoning, Is.False);
        Assert.That(parser.Append("\n\nYes").Single().Text, Is.EqualTo("Yes"));
    }

    [TestCase("Qwen-Qwen3-0.6B", "<tool_call>{\"name\":\"f\",\"arguments\":{\"a\":\"x\",\"n\":[1]}}")]
    [TestCase("LFM2-8B-A1B", "<|tool_call_start|>[f(a=\"x\", n=[1])")]
    [TestCase("google-gemma-4-31B-it", "<|tool_call>call:f{a:<|\"|>x<|\"|>,n:[1]}")]
    public void Append_TheEndOfACall_TellsTheCall(string template, string reply)
    {
        var parser = new ReplyParser(Syntax(template), isReasoning: false, readsCalls: true);
        Assert.That(reply[..^1].SelectMany(letter => parser.Append($"{letter}")), Is.Empty);
        Assert.That(parser.Append($"{reply[^1]}").Single().ToolCall!.Name, Is.EqualTo("f"));
    }

    private static ReplySyntax Syntax(string template) => ReplySyntaxes.Of(ReferenceCase.ReadTemplate($"{template}.jinja"));

    /// <summary>What is thought stands in parentheses, and calls in brackets.</summary>
    private static string Read(string template, string reply, int step, out string? cut)
    {
        var parser = new ReplyParser(Syntax(template), isReasoning: false, readsCalls: true);
        var updates = new List<ChatReplyUpdate>();
        for (var at = 0; at < reply.Length; at += step)
        {
            updates.AddRange(parser.Append(reply.Substring(at, Math.Min(step, reply.Length - at))));
        }

        updates.AddRange(parser.End(out cut));
        return string.Concat(updates.Select(update => update.ToolCall is { } call
                ? $"[call {call.Name} {JsonSerializer.Serialize(call.Arguments)}]"
                : update.Reasoning.Length > 0 ? $"({update.Reasoning})" : update.Text))
            .Replace(")(", "", StringComparison.Ordinal);
    }
}
