using TinyCorpus.Tasks;

namespace TinyCorpus.Talk;

/// <summary>Chats in the form of the model's chat template (ChatML).</summary>
internal static class ChatForm
{
    /// <summary>The template, in Jinja: what is below in words, for programs that run the model.</summary>
    public const string Template = """
        {%- if tools %}
            {{- '<|im_start|>system\n' }}
            {%- if messages[0].role == 'system' %}
                {{- messages[0].content + '\n\n' }}
            {%- endif %}
            {{- 'Tools:\n' }}
            {%- for tool in tools %}
                {{- (tool.function | default(tool)) | tojson + '\n' }}
            {%- endfor %}
            {{- 'Call one like this:\n<tool_call>\n{"name": ..., "arguments": ...}\n</tool_call><|im_end|>\n' }}
        {%- elif messages[0].role == 'system' %}
            {{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}
        {%- endif %}
        {%- for message in messages %}
            {%- if message.role == 'system' %}
                {%- if not loop.first %}
                    {{- raise_exception('The system message has to be the first.') }}
                {%- endif %}
            {%- else %}
                {{- '<|im_start|>' + message.role + '\n' }}
                {%- if message.content %}
                    {{- message.content }}
                {%- endif %}
                {%- for call in message.tool_calls | default([]) %}
                    {%- if message.content or not loop.first %}
                        {{- '\n' }}
                    {%- endif %}
                    {%- set function = call.function | default(call) %}
                    {{- '<tool_call>\n{"name": "' + function.name + '", "arguments": ' }}
                    {{- function.arguments if function.arguments is string else function.arguments | tojson }}
                    {{- '}\n</tool_call>' }}
                {%- endfor %}
                {{- '<|im_end|>\n' }}
            {%- endif %}
        {%- endfor %}
        {%- if add_generation_prompt %}
            {{- '<|im_start|>assistant\n' }}
        {%- endif %}
        """;

    /// <summary>The system message that offers tools.</summary>
    public static string ToolSystem(IEnumerable<Tool> tools) =>
        "Tools:\n" + string.Concat(tools.Select(tool => tool.Json + "\n"))
        + "Call one like this:\n<tool_call>\n{\"name\": ..., \"arguments\": ...}\n</tool_call>";

    public static Document System(this Document document, string text) => document.Message("system", text);

    public static Document User(this Document document, string text) => document.Message("user", text);

    public static Document ToolResult(this Document document, string text) => document.Message("tool", text);

    /// <summary>A message of the model, which it learns to say and to end.</summary>
    public static Document Assistant(this Document document, string text) => document
        .Control(Document.MessageStart, isLearned: false).Give("assistant\n")
        .Say(text).Control(Document.MessageEnd, isLearned: true).Give("\n");

    private static Document Message(this Document document, string role, string text) => document
        .Control(Document.MessageStart, isLearned: false).Give($"{role}\n{text}")
        .Control(Document.MessageEnd, isLearned: false).Give("\n");
}
