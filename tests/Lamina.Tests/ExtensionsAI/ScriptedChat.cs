using Lamina.Extensions.AI;
using Lamina.Tests.Fakes;
using Microsoft.Extensions.AI;

namespace Lamina.Tests.ExtensionsAI;

/// <summary>A client on a model whose answers are given, and whose template shows all that it is told.</summary>
internal sealed class ScriptedChat : IAsyncDisposable
{
    /// <summary>It ends with what the fake model answers to.</summary>
    private const string Template =
        "{# <tool_call> #}{% for tool in tools or [] %}[{{ tool.function.name }}: {{ tool.function.description }} {{ tool.function.parameters | tojson }}]{% endfor %}"
        + "{% for m in messages %}[{{ m.role }}|{{ m.content }}"
        + "{% if m.reasoning_content %}|thought {{ m.reasoning_content }}{% endif %}"
        + "{% for call in m.tool_calls or [] %}|calls {{ call.id }} {{ call.function.name }} {{ call.function.arguments | tojson }}{% endfor %}"
        + "{% if m.tool_call_id %}|of {{ m.tool_call_id }} {{ m.name }}{% endif %}]{% endfor %}"
        + "{% if enable_thinking is defined %}[thinking {{ enable_thinking }}]{% endif %}"
        + "{% if reasoning_effort is defined %}[effort {{ reasoning_effort }}]{% endif %}"
        + "{% if mood is defined %}[mood {{ mood }}]{% endif %}>";

    private readonly InferenceEngine _inner;

    private ScriptedChat(FakeRuntime runtime, InferenceEngine inner, ReplyOptions? defaults, TimeProvider? time)
    {
        (Runtime, _inner, Engine) = (runtime, inner, new(inner));
        Client = Engine.AsChatClient(defaults, timeProvider: time);
    }

    public FakeRuntime Runtime { get; }

    public RecordingEngine Engine { get; }

    public IChatClient Client { get; }

    /// <summary>The last prompt, without the end that says to answer.</summary>
    public string Prompt => Engine.Requests.Last().Prompt[..^1];

    /// <summary>What the last request was generated with.</summary>
    public GenerationOptions Generation => Engine.Requests.Last().Options!;

    /// <summary>Starts a chat. Its replies are of the form of Hermes, with reasoning where that is asked for.</summary>
    public static async Task<ScriptedChat> StartAsync(
        string answer = "", ReplyOptions? defaults = null, TimeProvider? time = null, bool reasons = false)
    {
        using var plain = new FakeRuntime();
        var info = plain.Info with { ChatTemplate = Template + (reasons ? "{# <think> </think> #}" : ""), ContextLength = 4096 };
        var runtime = new FakeRuntime { Answer = _ => answer, Info = info };
        return new(runtime, await runtime.StartEngineAsync(new() { ContextSize = 4096 }), defaults, time);
    }

    public Task<ChatResponse> AskAsync(ChatOptions? options = null) =>
        Client.GetResponseAsync("Hi", options).WaitAsync(Eventually.Patience);

    public async Task<List<ChatResponseUpdate>> StreamAsync(ChatOptions? options = null, CancellationToken cancellation = default)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in Client.GetStreamingResponseAsync("Hi", options, cancellation))
        {
            updates.Add(update);
        }

        return updates;
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _inner.DisposeAsync();
        Runtime.Dispose();
    }
}
