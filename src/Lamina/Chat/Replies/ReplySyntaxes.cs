namespace Lamina.Chat.Replies;

/// <summary>The syntaxes of the families of models, and which of them a template is for.</summary>
internal static class ReplySyntaxes
{
    /// <summary>Of models whose templates know nothing of tools: one JSON object that is either a call or a text.</summary>
    public static CallSyntax Generic { get; } = new()
    {
        Begin = "{\"tool_calls\": ", End = "}", HoldsSeveral = true, List = ("[", "]"), Separator = ", ", TextBegin = "{\"response\": ",
    };

    /// <summary>Nous Research's form, which Qwen, Granite 4 and many others have taken up.</summary>
    private static readonly CallSyntax Hermes = new() { Begin = "<tool_call>", Before = "\n", After = "\n", End = "</tool_call>" };

    private static readonly CallSyntax Llama = new() { OtherBegins = ["<|python_tag|>"], ArgumentsKey = "parameters" };

    private static readonly CallSyntax MistralList = new()
    {
        Begin = "[TOOL_CALLS]", HoldsSeveral = true, List = ("[", "]"), Separator = ", ", IdKey = "id",
    };

    private static readonly CallSyntax MistralNamed = new() { Begin = "[TOOL_CALLS]", Shape = CallShape.NamedJson, Between = "[ARGS]" };

    private static readonly CallSyntax Functionary = new()
    {
        Begin = "<function=", Shape = CallShape.NamedJson, Between = ">", End = "</function>",
    };

    private static readonly CallSyntax FunctionaryRecipients = new()
    {
        Begin = ">>>", Shape = CallShape.NamedJson, Between = "\n", TextName = "all", IsBegun = true,
    };

    private static readonly CallSyntax Command = new()
    {
        Begin = "<|START_ACTION|>", End = "<|END_ACTION|>", HoldsSeveral = true, List = ("[\n    ", "\n]"), Separator = ",\n    ",
        NameKey = "tool_name", ArgumentsKey = "parameters", IdKey = "tool_call_id", IdPattern = "^[0-9]{1,3}$",
    };

    private static readonly CallSyntax CommandPlus = new()
    {
        Begin = "Action:\n```json\n", OtherBegins = ["Action: ```json\n"], End = "\n```", HoldsSeveral = true,
        List = ("[\n", "\n]"), Separator = ",\n", Before = "    ", NameKey = "tool_name", ArgumentsKey = "parameters",
        TextName = "directly_answer",
    };

    private static readonly CallSyntax DeepSeekBlock = new()
    {
        Begin = "<｜tool▁calls▁begin｜>", End = "<｜tool▁calls▁end｜>", Shape = CallShape.NamedJson, HoldsSeveral = true,
        Before = "<｜tool▁call▁begin｜>function<｜tool▁sep｜>", Between = "\n```json\n", After = "\n```<｜tool▁call▁end｜>",
        Separator = "\n",
    };

    private static readonly CallSyntax DeepSeek = new()
    {
        Begin = "<｜tool▁calls▁begin｜>", End = "<｜tool▁calls▁end｜>", Shape = CallShape.NamedJson, HoldsSeveral = true,
        Before = "<｜tool▁call▁begin｜>", Between = "<｜tool▁sep｜>", After = "<｜tool▁call▁end｜>",
    };

    /// <summary>OpenAI's harmony: the recipient may stand before the channel or behind it.</summary>
    private static readonly CallSyntax Harmony = new()
    {
        Begin = "<|channel|>commentary to=functions.", OtherBegins = [" to=functions.", "<|channel|>analysis to=functions."],
        Shape = CallShape.NamedJson, Between = " <|constrain|>json<|message|>",
    };

    private static readonly CallSyntax Gemma = new()
    {
        Begin = "<|tool_call>call:", Shape = CallShape.Marked, End = "<tool_call|>", Mark = "<|\"|>",
    };

    private static readonly CallSyntax FunctionGemma = new()
    {
        Begin = "<start_function_call>call:", Shape = CallShape.Marked, End = "<end_function_call>", Mark = "<escape>",
    };

    private static readonly CallSyntax Granite = new()
    {
        Begin = "<|tool_call|>", OtherBegins = ["<tool_call>"], HoldsSeveral = true, List = ("[", "]"), Separator = ", ",
    };

    private static readonly CallSyntax Lfm = new()
    {
        Begin = "<|tool_call_start|>", End = "<|tool_call_end|>", Shape = CallShape.Python, HoldsSeveral = true,
        List = ("[", "]"), Separator = ", ",
    };

    private static readonly CallSyntax Kimi = new()
    {
        Begin = "<|tool_calls_section_begin|>", End = "<|tool_calls_section_end|>", Shape = CallShape.NamedJson,
        HoldsSeveral = true, Before = "<|tool_call_begin|>functions.", Between = ":0<|tool_call_argument_begin|>",
        After = "<|tool_call_end|>",
    };

    private static readonly CallSyntax Nemotron = new()
    {
        Begin = "<TOOLCALL>", End = "</TOOLCALL>", HoldsSeveral = true, List = ("[", "]"), Separator = ", ",
    };

    private static readonly CallSyntax Apriel = new()
    {
        Begin = "<tool_calls>", End = "</tool_calls>", HoldsSeveral = true, List = ("[", "]"), Separator = ", ",
    };

    private static readonly CallSyntax MiniMax = new()
    {
        Begin = "<tool_calls>", End = "</tool_calls>", HoldsSeveral = true, Before = "\n", After = "\n",
    };

    private static readonly CallSyntax GigaChat = new() { Begin = "<|function_call|>" };

    /// <summary>What a template must hold, the first that does decides. Calls of which each argument has a tag of its own are not read.</summary>
    private static readonly (string[] Holds, CallSyntax? Calls)[] Families =
    [
        (["<parameter="], null),
        (["<arg_key"], null),
        (["invoke name="], null),
        (["<function name="], null),
        (["<|open|>"], null),
        (["<|tool_call:begin|>"], null),
        (["<|channel|>", "<|message|>", "functions."], Harmony),
        (["<|START_ACTION|>"], Command),
        (["[TOOL_CALLS]", "[ARGS]"], MistralNamed),
        (["[TOOL_CALLS]"], MistralList),
        ([">>>all"], FunctionaryRecipients),
        (["<｜tool▁calls▁begin｜>", "```json"], DeepSeekBlock),
        (["<｜tool▁calls▁begin｜>"], DeepSeek),
        (["<|tool_call>call:"], Gemma),
        (["<start_function_call>call:"], FunctionGemma),
        (["<|tool_call_start|>"], Lfm),
        (["<|tool_list_start|>"], Lfm),
        (["<|tool_calls_section_begin|>"], Kimi),
        (["<TOOLCALL>"], Nemotron),
        (["<beginning_of_sentence>", "<tool_calls>"], MiniMax),
        (["<tool_calls>["], Apriel),
        (["<|function_call|>"], GigaChat),
        (["Action:\\n```json"], CommandPlus),
        (["<|tool_call|>"], Granite),
        (["<function=", "</function>"], Functionary),
        (["<tool_call>"], Hermes),
        (["<|python_tag|>"], Llama),
        (["\"parameters\": dictionary"], Llama),
    ];

    private static readonly (string[] Holds, string Begin, string End)[] Reasonings =
    [
        (["<|channel|>analysis"], "<|channel|>analysis<|message|>", "<|end|>"),
        (["<|START_THINKING|>"], "<|START_THINKING|>", "<|END_THINKING|>"),
        (["[THINK]"], "[THINK]", "[/THINK]"),
        (["<|channel>thought"], "<|channel>thought\n", "<channel|>"),
        (["</think>"], "<think>", "</think>"),
    ];

    /// <summary>What is no part of any text, whatever the family.</summary>
    private static readonly string[] Headers =
    [
        "<|START_RESPONSE|>", "<|END_RESPONSE|>", "<|START_TEXT|>", "<|END_TEXT|>", "<|channel|>final<|message|>",
        "<|channel|>commentary<|message|>", "<|start|>assistant", "<|end|>",
    ];

    /// <summary>Finds the syntax of the replies that a template asks for.</summary>
    public static ReplySyntax Of(string template)
    {
        var reasoning = Array.Find(Reasonings, family => Holds(family.Holds));
        return new()
        {
            TellsTools = template.Contains("tools", StringComparison.Ordinal),
            Calls = Array.Find(Families, family => Holds(family.Holds)) is { Holds: not null } found ? found.Calls : Generic,
            Reasoning = reasoning.Holds is null ? null : (reasoning.Begin, reasoning.End),
            Dropped = [.. Headers.Where(header => !string.Equals(header, reasoning.End, StringComparison.Ordinal) && template.Contains(header[..(header.IndexOf('>') + 1)], StringComparison.Ordinal))],
        };

        bool Holds(string[] parts) => Array.TrueForAll(parts, part => template.Contains(part, StringComparison.Ordinal));
    }
}
