using System.Text.Json;
using Lamina.Chat;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Chat;

/// <summary>Chats that go on, with a model that was trained to chat and to call tools.</summary>
public sealed class ChatSessionTests
{
    private static readonly ChatSessionOptions Greedy = new()
    {
        Reply = new() { Generation = new() { MaxTokens = 100, Sampling = new() { Temperature = 0 } } },
    };

    private static readonly ToolDescription Timer = new("set_timer", "Start a timer", JsonElement.Parse("""
        {"type": "object", "properties": {"minutes": {"type": "integer"}}, "required": ["minutes"], "additionalProperties": false}
        """));

    [Test]
    public async Task SendAsync_SecondTurn_ComputesWhatIsNewAlone()
    {
        var session = new ChatSession(await TestEngines.TrainedAsync(), Greedy);
        var first = await session.SendAsync("Add 12 and 30.");
        var second = await session.SendAsync("Add 5 and 7.");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(first.Message.Text, Does.EndWith("#### 42"));
            Assert.That(session.Messages.Select(message => message.Role), Is.EqualTo(new[] { ChatRole.User, ChatRole.Assistant, ChatRole.User, ChatRole.Assistant }));
            Assert.That(session.Messages[1].Text, Is.EqualTo(first.Message.Text));
            Assert.That(second.Usage.CachedTokens, Is.GreaterThanOrEqualTo(first.Usage.PromptTokens + first.Usage.GeneratedTokens - 3));
        }
    }

    [Test]
    public async Task SendAsync_ToolsOfTheSession_AreCalledAndTheirResultsRead()
    {
        var minutes = new List<int>();
        var timer = new ChatTool(Timer, (arguments, _) =>
        {
            minutes.Add(arguments.GetProperty("minutes").GetInt32());
            return Task.FromResult("""{"ok": true}""");
        });
        var session = new ChatSession(await TestEngines.TrainedAsync(), Greedy with { Tools = [timer] });
        var reply = await session.SendAsync("Set a timer for 12 minutes.");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(minutes, Is.EqualTo(new[] { 12 }));
            Assert.That(session.Messages.Select(message => message.Role), Is.EqualTo(new[] { ChatRole.User, ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant }));
            Assert.That(reply.Message.Text, Is.Not.Empty.And.EqualTo(session.Messages[^1].Text));
        }
    }

    [Test]
    public async Task SendAsync_ToolsOfTheApp_AreLeftToIt()
    {
        var isCalled = false;
        var other = new ChatTool(Timer with { Name = "get_weather" }, (_, _) =>
        {
            isCalled = true;
            return Task.FromResult("");
        });
        var session = new ChatSession(await TestEngines.TrainedAsync(), Greedy with { Tools = [other], Reply = Greedy.Reply with { Tools = [Timer] } });
        var reply = await session.SendAsync("Set a timer for 12 minutes.");
        Assert.That((reply.Message.ToolCalls.Single().Name, session.Messages.Count, isCalled), Is.EqualTo(("set_timer", 2, false)));
    }

    [Test]
    public async Task SendAsync_ToolThatThrows_IsToldOfOrThrown()
    {
        var timer = new ChatTool(Timer, (_, _) => throw new InvalidOperationException("no clock"));
        var engine = await TestEngines.TrainedAsync();
        var session = new ChatSession(engine, Greedy with { Tools = [timer] });
        await session.SendAsync("Set a timer for 12 minutes.");
        Assert.That(session.Messages[2].Text, Is.EqualTo("The tool failed: no clock"));
        var throwing = new ChatSession(engine, Greedy with { Tools = [timer], ThrowToolErrors = true });
        Assert.That(async () => await throwing.SendAsync("Set a timer for 12 minutes."), Throws.InvalidOperationException.With.Message.EqualTo("no clock"));
        Assert.That(throwing.Messages, Has.Count.EqualTo(2), "the call is there, to be answered otherwise");
        Assert.That(async () => await throwing.SendAsync([ChatMessage.Tool(throwing.Messages[1].ToolCalls[0], """{"ok": true}""")]), Throws.Nothing);
    }

    [Test]
    public async Task SendAsync_ToolsThatGoOn_EndAfterTheMostRounds()
    {
        var calls = 0;
        var timer = new ChatTool(Timer, (_, _) => Task.FromResult($"{++calls}"));
        var session = new ChatSession(await TestEngines.TrainedAsync(), Greedy with
        {
            Tools = [timer], MaxToolRounds = 3, Reply = Greedy.Reply with { ToolChoice = ToolChoice.Required },
        });
        var reply = await session.SendAsync("Set a timer for 12 minutes.");
        Assert.That((calls, reply.Message.ToolCalls.Count), Is.EqualTo((3, 0)));
    }

    [Test]
    public async Task StreamAgainAsync_EarlierMessage_DropsWhatCameAfter()
    {
        var session = new ChatSession(await TestEngines.TrainedAsync(), Greedy);
        await session.SendAsync("Add 12 and 30.");
        var second = await session.SendAsync("Add 5 and 7.");
        var again = await LastAsync(session.RegenerateAsync());
        Assert.That((again, session.Messages.Count), Is.EqualTo((second.Message.Text, 4)));
        await LastAsync(session.StreamAgainAsync(0, "Add 20 and 30."));
        Assert.That(session.Messages, Has.Count.EqualTo(2));
        Assert.That(session.Messages[1].Text, Does.EndWith("#### 50"));
        Assert.That(() => session.StreamAgainAsync(1), Throws.TypeOf<ArgumentOutOfRangeException>());
        session.Truncate(0);
        Assert.That(() => session.RegenerateAsync(), Throws.InvalidOperationException);
    }

    [Test]
    public async Task StreamAsync_LeftEarly_KeepsWhatCame()
    {
        var session = new ChatSession(await TestEngines.TrainedAsync(), Greedy);
        await foreach (var update in session.StreamAsync("Add 12 and 30."))
        {
            Assert.That(() => session.StreamAsync("Add 1 and 2.").GetAsyncEnumerator().MoveNextAsync().AsTask(), Throws.InvalidOperationException);
            Assert.That(() => session.Truncate(0), Throws.InvalidOperationException);
            if (update.Text.Length > 0)
            {
                break;
            }
        }

        Assert.That(session.Messages, Has.Count.EqualTo(2));
        Assert.That(session.Messages[1].Text, Is.Not.Empty);
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        Assert.That(async () => await session.SendAsync("Add 1 and 2.", cancelled.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(session.Messages, Has.Count.EqualTo(2), "nothing came, so nothing was said");
        Assert.That((await session.SendAsync("Add 5 and 7.")).Message.Text, Is.Not.Empty);
    }

    [TestCase(ChatOverflow.DropOldest)]
    [TestCase(ChatOverflow.Summarize)]
    [TestCase(ChatOverflow.Fail)]
    public async Task SendAsync_MoreThanTheContext_DoesAsThePolicySays(ChatOverflow overflow)
    {
        var session = new ChatSession(await TestEngines.TrainedAsync(), Greedy with
        {
            Overflow = overflow, ReservedTokens = 60, Reply = new() { Generation = new() { MaxTokens = 12, Sampling = new() { Temperature = 0 } } },
        })
        {
            SystemPrompt = "Be kind.",
        };
        async Task TalkAsync()
        {
            for (var turn = 0; turn < 6; turn++)
            {
                await session.SendAsync($"Add {turn + 10} and {turn + 20}. " + string.Concat(Enumerable.Repeat("I would like to know, since there are many apples in my house. ", 6)));
            }
        }

        if (overflow == ChatOverflow.Fail)
        {
            Assert.That(TalkAsync, Throws.TypeOf<ContextFullException>());
            Assert.That(session.Messages.Count % 2, Is.Zero, "the message that did not fit is not kept");
            return;
        }

        await TalkAsync();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(session.Messages, Has.Count.EqualTo(12));
            Assert.That(session.UnsentMessages, Is.InRange(2, 10));
            Assert.That(session.Messages[session.UnsentMessages].Role, Is.EqualTo(ChatRole.User));
            Assert.That(session.Summary, overflow == ChatOverflow.Summarize ? Is.Not.Null : Is.Null);
        }

        Assert.That(
            async () => await session.SendAsync(string.Concat(Enumerable.Repeat("Add 1 and 2. ", 300))), Throws.TypeOf<ContextFullException>());
    }

    [Test]
    public async Task SaveAsync_AndLoad_GoOnAsBefore()
    {
        var folder = Directory.CreateTempSubdirectory("lamina-chat");
        try
        {
            var path = Path.Combine(folder.FullName, "chat.json");
            var engine = await TestEngines.TrainedAsync();
            var timer = new ChatTool(Timer, (_, _) => Task.FromResult("""{"ok": true}"""));
            var options = Greedy with { Tools = [timer] };
            var session = new ChatSession(engine, options) { SystemPrompt = "Be kind." };
            await session.SendAsync("Set a timer for 12 minutes.");
            await session.SaveAsync(path);
            var loaded = await ChatSession.LoadAsync(engine, path, options);
            Assert.That(loaded.SystemPrompt, Is.EqualTo("Be kind."));
            Assert.That(JsonSerializer.Serialize(loaded.Messages), Is.EqualTo(JsonSerializer.Serialize(session.Messages)));
            Assert.That((await loaded.SendAsync("Add 12 and 30.")).Message.Text, Is.EqualTo((await session.SendAsync("Add 12 and 30.")).Message.Text));
            Assert.That(folder.GetFiles(), Has.Length.EqualTo(1));

            foreach (var damaged in new[] { "", "{", "[]", "{\"format\":\"other\",\"version\":1,\"messages\":[]}", "{\"format\":\"lamina-chat\",\"version\":2,\"messages\":[]}", "{\"format\":\"lamina-chat\",\"version\":1,\"messages\":[null]}" })
            {
                await File.WriteAllTextAsync(path, damaged);
                Assert.That(async () => await ChatSession.LoadAsync(engine, path), Throws.TypeOf<InvalidDataException>(), damaged);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Constructor_Faults_AreAllListed()
    {
        var engine = await TestEngines.TrainedAsync();
        Assert.That(
            () => new ChatSession(engine, new() { MaxToolRounds = 0, ReservedTokens = 0, Overflow = (ChatOverflow)9, Reply = new() { MaxReasoningTokens = 0 } }),
            Throws.ArgumentException.With.Message.Contains("MaxToolRounds").And.Message.Contains("ReservedTokens").And.Message.Contains("Overflow was 9")
                .And.Message.Contains("MaxReasoningTokens"));
    }

    private static async Task<string> LastAsync(IAsyncEnumerable<ChatReplyUpdate> updates)
    {
        var text = "";
        await foreach (var update in updates)
        {
            text += update.Text;
        }

        return text;
    }
}
