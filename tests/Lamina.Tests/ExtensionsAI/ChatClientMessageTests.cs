using System.Text.Json;
using Microsoft.Extensions.AI;

namespace Lamina.Tests.ExtensionsAI;

/// <summary>Messages of Microsoft.Extensions.AI, as the model reads them.</summary>
internal sealed class ChatClientMessageTests
{
    [Test]
    public async Task Messages_OfAllRoles_ReachTheTemplate()
    {
        await using var chat = await ScriptedChat.StartAsync();
        await chat.Client.GetResponseAsync(
        [
            new(ChatRole.System, "Be brief."),
            new(new("developer"), "Be kind."),
            new(ChatRole.User, [new TextContent("Good "), new TextContent("day.")]),
            new(ChatRole.Assistant, [new TextReasoningContent("A greeting."), new TextContent("Hello."), new UsageContent(new())]),
            new(ChatRole.User, []),
        ]);
        Assert.That(
            chat.Prompt,
            Is.EqualTo("[system|Be brief.][developer|Be kind.][user|Good day.][assistant|Hello.|thought A greeting.][user|]"));
    }

    [Test]
    public async Task Messages_CallsAndResults_BecomeAMessageForEachResult()
    {
        await using var chat = await ScriptedChat.StartAsync();
        var arguments = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["city"] = "Oslo", ["days"] = 3, ["units"] = JsonElement.Parse("[\"C\"]"), ["when"] = null,
        };
        await chat.Client.GetResponseAsync(
        [
            new(ChatRole.User, "Weather?"),
            new(ChatRole.Assistant, [new TextContent("I look."), new FunctionCallContent("a", "forecast", arguments), new FunctionCallContent("b", "time")]),
            new(ChatRole.Tool, [new FunctionResultContent("a", "sunny"), new FunctionResultContent("b", 12)]),
        ]);
        Assert.That(
            chat.Prompt,
            Is.EqualTo("[user|Weather?][assistant|I look.|calls a forecast {\"city\": \"Oslo\", \"days\": 3, \"units\": [\"C\"], \"when\": null}|calls b time {}]"
                + "[tool|sunny|of a forecast][tool|12|of b time]"));
    }

    [Test]
    public async Task Results_OfAllKinds_AreTextOrJson()
    {
        (object? Result, string Text)[] cases =
        [
            ("it's \"fine\"", "it's \"fine\""),
            (JsonElement.Parse("\"sunny\""), "sunny"),
            (JsonElement.Parse("{\"sky\": 1}"), "{\"sky\":1}"),
            (new Dictionary<string, object?>(StringComparer.Ordinal) { ["sky"] = "blue", ["degrees"] = 7.5 }, "{\"sky\":\"blue\",\"degrees\":7.5}"),
            (null, "null"),
            (true, "true"),
            (new TextContent("warm"), "warm"),
            (new AIContent[] { new TextContent("wa"), new TextContent("rm") }, "warm"),
        ];
        await using var chat = await ScriptedChat.StartAsync();
        foreach (var (result, text) in cases)
        {
            await AskAsync(new("a", result));
            Assert.That(chat.Prompt, Does.EndWith($"[tool|{text}|of a f]"));
        }

        await AskAsync(new("a", null) { Exception = new InvalidOperationException("It broke.") });
        Assert.That(chat.Prompt, Does.EndWith("[tool|Error: It broke.|of a f]"));

        Task AskAsync(FunctionResultContent result) => chat.Client.GetResponseAsync(
            [new(ChatRole.Assistant, [new FunctionCallContent("a", "f")]), new(ChatRole.Tool, [result])]);
    }

    [Test]
    public async Task Instructions_ComeFirst_AndBeforeASystemMessage()
    {
        await using var chat = await ScriptedChat.StartAsync();
        await chat.AskAsync(new() { Instructions = "Be brief." });
        Assert.That(chat.Prompt, Is.EqualTo("[system|Be brief.][user|Hi]"));
        await chat.Client.GetResponseAsync([new(ChatRole.System, "You are Bo."), new(ChatRole.User, "Hi")], new() { Instructions = "Be brief." });
        Assert.That(chat.Prompt, Is.EqualTo("[system|Be brief.\n\nYou are Bo.][user|Hi]"));
    }

    [Test]
    public async Task Messages_ThatCannotBeGiven_AreRefusedBeforeTheEngineIsAsked()
    {
        await using var chat = await ScriptedChat.StartAsync();
        ChatMessage user = new(ChatRole.User, "Hi");
        ChatMessage call = new(ChatRole.Assistant, [new FunctionCallContent("a", "f")]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => Ask(), Throws.ArgumentException.With.Message.Contains("no messages"));
            Assert.That(() => Ask(user, null!), Throws.ArgumentException.With.Message.Contains("Message 1 was null"));
            Assert.That(() => chat.Client.GetResponseAsync((IEnumerable<ChatMessage>)null!), Throws.ArgumentNullException);
            Assert.That(
                () => Ask(user, new(ChatRole.User, [new DataContent(new byte[] { 1 }, "image/png")])),
                Throws.TypeOf<NotSupportedException>().With.Message.Contains("Message 1 (user) had a DataContent"));
            Assert.That(
                () => Ask(new ChatMessage(ChatRole.User, [new UriContent("http://x/y.png", "image/png")])),
                Throws.TypeOf<NotSupportedException>().With.Message.Contains("UriContent"));
            Assert.That(
                () => Ask(new ChatMessage(new("judge"), "Hi")), Throws.TypeOf<NotSupportedException>().With.Message.Contains("Message 0 had the role 'judge'"));
            Assert.That(
                () => Ask(user, new(ChatRole.Tool, [new FunctionResultContent("z", "x")])),
                Throws.ArgumentException.With.Message.Contains("Message 1 is the result of the call 'z'"));
            Assert.That(
                () => Ask(new ChatMessage(ChatRole.User, [new FunctionCallContent("a", "f")])),
                Throws.ArgumentException.With.Message.Contains("Message 0 (user) calls 'f'"));
            Assert.That(
                () => Ask(user, call, new(ChatRole.Tool, [new FunctionResultContent("a", new DataContent(new byte[] { 1 }, "image/png"))])),
                Throws.TypeOf<NotSupportedException>().With.Message.Contains("Message 2 has a result of 'f'").And.Message.Contains("DataContent"));
            Assert.That(chat.Engine.Requests, Is.Empty);
        }

        Task Ask(params ChatMessage[] messages) => chat.Client.GetResponseAsync(messages);
    }
}
