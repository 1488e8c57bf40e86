using System.Text.Json;
using Lamina.Chat;
using Lamina.Chat.Templates;

#pragma warning disable MA0002 // A page says nothing of comparers where the default will do.

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/chat.md.</summary>
public sealed class ChatTests : PageFixture
{
    [Test]
    public async Task Reply_Comes()
    {
        var engine = await TestEngines.TrainedAsync();

        var reply = await engine.ReplyAsync([ChatMessage.System("Be brief."), ChatMessage.User("What is Lamina?")]);
        Console.WriteLine($"{reply.Message.Text} ({reply.FinishReason})");

        Assert.That(reply.Message.Text, Does.Contain("Lamina"));
    }

    [Test]
    public async Task Session_CallsToolsAndGoesOn()
    {
        await using var engine = await LlamaCpp.LoadAsync(TinyModel.Path);
        var timer = new ChatTool(
            new("set_timer", "Start a timer", JsonElement.Parse("""{"type": "object", "properties": {"minutes": {"type": "integer"}}, "required": ["minutes"]}""")),
            (arguments, token) => Task.FromResult($"The timer runs for {arguments.GetProperty("minutes")} minutes."));
        var session = new ChatSession(engine, new() { Tools = [timer] }) { SystemPrompt = "Be brief." };
        await foreach (var part in session.StreamAsync("Set a timer for 12 minutes."))
            Console.Write(part.Text); // and part.Reasoning, part.ToolCall
        await session.SaveAsync("chat.json");

        var resumed = await ChatSession.LoadAsync(engine, "chat.json", new() { Tools = [timer] });
        var more = await resumed.SendAsync("And one for 5 minutes.");
        await foreach (var part in resumed.RegenerateAsync()) // the model says it anew
            Console.Write(part.Text);

        Assert.That(session.Messages.Select(message => message.Text), Has.Some.Contains("The timer runs for 12 minutes."));
        Assert.That(resumed.Messages.Take(session.Messages.Count).Select(message => message.Text), Is.EqualTo(session.Messages.Select(message => message.Text)));
        Assert.That(more.Usage.GeneratedTokens, Is.Positive);
    }

    [Test]
    public async Task Tools_AreCalledByTheApp()
    {
        var engine = await TestEngines.TrainedAsync();

        var clock = new ToolDescription("get_time", "Get the time in a city", JsonElement.Parse(
            """{"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}"""));
        List<ChatMessage> messages = [ChatMessage.User("What time is it in Oslo?")];
        var asked = await engine.ReplyAsync(messages, new() { Tools = [clock], ToolChoice = ToolChoice.Required });
        messages.Add(asked.Message);
        messages.AddRange(asked.Message.ToolCalls.Select(call => ChatMessage.Tool(call, "12:30")));
        var told = await engine.ReplyAsync(messages, new() { Tools = [clock], ToolChoice = ToolChoice.None });

        Assert.That(asked.Message.ToolCalls.Select(call => call.Name), Is.Not.Empty.And.All.EqualTo("get_time"));
        Assert.That(told.Message.ToolCalls, Is.Empty);
    }

    [Test]
    public async Task Reasoning_IsLimited()
    {
        var thinking = new ReplyOptions
        {
            MaxReasoningTokens = 200,
            Variables = new Dictionary<string, object?> { ["enable_thinking"] = true },
        };

        var engine = await TestEngines.TrainedAsync();
        Assert.That((await engine.ReplyAsync([ChatMessage.User("What is Lamina?")], thinking)).Message.Text, Does.Contain("Lamina"));
    }

    [Test]
    public async Task Format_MakesThePrompt()
    {
        var engine = await TestEngines.TrainedAsync();
        var question = "What is Lamina?";

        var format = ChatFormat.Of(engine.Model, engine.Tokenizer);
        var chat = format.Apply([ChatMessage.System("Be brief."), ChatMessage.User(question)]);
        var answered = await engine.CompleteAsync(chat, new() { MaxTokens = 100 });

        Assert.That(chat.ToString(), Does.Contain("<|im_start|>user\nWhat is Lamina?<|im_end|>"));
        Assert.That(answered.Usage.GeneratedTokens, Is.InRange(1, 100));
    }

    [Test]
    public void Template_RendersAlone()
    {
        var template = ChatTemplate.Parse("{% for message in messages %}[{{ message.role }}] {{ message.content }}\n{% endfor %}");
        var rendered = template.Render(new Dictionary<string, object?>
        {
            ["messages"] = new[] { new Dictionary<string, object?> { ["role"] = "user", ["content"] = "Hello!" } },
        });

        Assert.That(rendered.ToString(), Is.EqualTo("[user] Hello!\n"));
    }
}
