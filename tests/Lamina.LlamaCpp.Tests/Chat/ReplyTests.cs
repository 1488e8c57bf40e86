using System.Text.Json;
using Lamina.Chat;
using Lamina.Chat.Templates;
using Lamina.Constraints;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Chat;

/// <summary>Replies of real models: of one that was trained to call tools, and of one that was not.</summary>
public sealed class ReplyTests
{
    private static readonly ToolDescription Timer = new("set_timer", "Start a timer", JsonElement.Parse("""
        {"type": "object", "properties": {"minutes": {"type": "integer", "minimum": 1, "maximum": 90}}, "required": ["minutes"], "additionalProperties": false}
        """));

    private static readonly ToolDescription Weather = new("get_weather", "Get the weather of a city", JsonElement.Parse("""
        {"type": "object", "properties": {"city": {"type": "string", "maxLength": 30}}, "required": ["city"], "additionalProperties": false}
        """));

    private static readonly ReplyOptions Greedy = new()
    {
        Generation = new() { MaxTokens = 120, Sampling = new() { Temperature = 0 } }, Tools = [Timer, Weather],
    };

    [Test]
    public async Task ReplyAsync_RequestForATool_CallsIt()
    {
        var engine = await TestEngines.TrainedAsync();
        ChatMessage[] messages = [ChatMessage.User("Set a timer for 12 minutes.")];
        var reply = await engine.ReplyAsync(messages, Greedy);
        Assert.That(reply.Message.ToolCalls, Has.Count.EqualTo(1));
        var call = reply.Message.ToolCalls[0];
        using (Assert.EnterMultipleScope())
        {
            Assert.That((call.Name, call.Arguments.GetRawText()), Is.EqualTo(("set_timer", """{"minutes": 12}""")));
            Assert.That(call.Id, Has.Length.EqualTo(9));
            Assert.That((reply.Message.Text, reply.CutCall, reply.FinishReason), Is.EqualTo(("", (string?)null, FinishReason.EndOfGeneration)));
        }

        // The result goes back, and is told of.
        var answer = await engine.ReplyAsync([.. messages, reply.Message, ChatMessage.Tool(call, """{"ok": true}""")], Greedy);
        Assert.That((answer.Message.ToolCalls.Count, answer.Message.Text), Is.EqualTo((0, "The timer runs for 12 minutes.")));
        Assert.That(answer.Usage.CachedTokens, Is.GreaterThan(50), "what the first reply read and wrote is known");
    }

    [Test]
    public async Task ReplyAsync_Required_CallsAToolWhateverIsSaid([Values] bool isTrained)
    {
        var engine = isTrained ? await TestEngines.TrainedAsync() : await TestEngines.SmolAsync();
        for (var seed = 0u; seed < 12; seed++)
        {
            var options = Greedy with
            {
                Generation = new() { MaxTokens = 150, Sampling = new() { Temperature = 2, Seed = seed } },
                ToolChoice = seed % 2 == 0 ? ToolChoice.Required : ToolChoice.Tool("get_weather"),
            };
            var reply = await engine.ReplyAsync([ChatMessage.User("Tell me a story.")], options);
            if (reply.CutCall is not null)
            {
                Assert.That(reply.FinishReason, Is.EqualTo(FinishReason.Length));
                continue;
            }

            Assert.That(reply.Message.ToolCalls, Is.Not.Empty);
            var call = reply.Message.ToolCalls[0];
            Assert.That(call.Name, seed % 2 == 0 ? Is.AnyOf("set_timer", "get_weather") : Is.EqualTo("get_weather"));
            Assert.That(string.Equals(call.Name, "set_timer", StringComparison.Ordinal)
                ? call.Arguments.GetProperty("minutes").GetInt32() is >= 1 and <= 90
                : call.Arguments.GetProperty("city").GetString()!.Length <= 30);
        }
    }

    [Test]
    public async Task ReplyAsync_NoneChosen_TellsTheModelOfNone()
    {
        var engine = await TestEngines.TrainedAsync();
        var reply = await engine.ReplyAsync([ChatMessage.User("Set a timer for 12 minutes.")], Greedy with { ToolChoice = ToolChoice.None });
        var without = await engine.ReplyAsync([ChatMessage.User("Set a timer for 12 minutes.")], Greedy with { Tools = [] });
        Assert.That((reply.Message.Text, reply.Usage.PromptTokens), Is.EqualTo((without.Message.Text, without.Usage.PromptTokens)));
        Assert.That(reply.Message.ToolCalls, Is.Empty);
    }

    [Test]
    public async Task ReplyAsync_CallThatIsCut_IsToldAsItStands()
    {
        var engine = await TestEngines.TrainedAsync();
        var reply = await engine.ReplyAsync(
            [ChatMessage.User("Set a timer for 12 minutes.")], Greedy with { Generation = Greedy.Generation! with { MaxTokens = 20 } });
        Assert.That((reply.FinishReason, reply.Message.ToolCalls.Count), Is.EqualTo((FinishReason.Length, 0)));
        Assert.That(reply.CutCall, Does.StartWith("<tool_call>"));
    }

    [Test]
    public async Task ReplyAsync_ModelWithoutTools_AnswersAsJsonAndIsReadAsText()
    {
        var engine = await TestEngines.SmolAsync();
        var updates = new List<ChatReplyUpdate>();
        await foreach (var update in engine.StreamReplyAsync([ChatMessage.System("Be brief."), ChatMessage.User("Say hello.")], Greedy))
        {
            updates.Add(update);
        }

        var text = string.Concat(updates.Select(update => update.Text));
        Assert.That(text.Length > 0 || updates.Exists(update => update.ToolCall is not null || update.CutCall is not null));
        Assert.That(text, Does.Not.StartWith("{"));
        Assert.That(updates.Count(update => update.FinishReason is not null), Is.EqualTo(1));
        Assert.That(updates[^1].Usage!.GeneratedTokens, Is.Positive);
    }

    [Test]
    public async Task ReplyAsync_Reasoning_EndsWithItsBudget()
    {
        var engine = await TestEngines.SmolAsync();
        var thinking = new ChatFormat(ChatTemplate.Parse(
            "{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}<|im_start|>assistant\n<think>\n{#</think>#}"));
        var options = new ReplyOptions { Format = thinking, MaxReasoningTokens = 9, Generation = new() { MaxTokens = 40, MinTokens = 30, Sampling = new() { Seed = 1 } } };
        var reply = await engine.ReplyAsync([ChatMessage.User("What is the capital of France?")], options);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(engine.Tokenizer.Encode(reply.Message.Reasoning!), Has.Length.InRange(5, 9));
            Assert.That(reply.Message.Text, Is.Not.Empty);
            Assert.That(reply.Usage.GeneratedTokens, Is.InRange(10, 40));
            Assert.That(reply.Usage.PromptTokens, Is.EqualTo(engine.Tokenizer.Encode(thinking.Apply([ChatMessage.User("What is the capital of France?")])).Length));
            Assert.That(reply.Usage.Duration, Is.GreaterThan(reply.Usage.TimeToFirstToken));
        }

        var free = await engine.ReplyAsync([ChatMessage.User("What is the capital of France?")], options with { MaxReasoningTokens = null });
        Assert.That(engine.Tokenizer.Encode(free.Message.Reasoning!), Has.Length.GreaterThan(9));
        var formed = await engine.ReplyAsync(
            [ChatMessage.User("What is the capital of France?")],
            options with { Generation = options.Generation! with { Constraint = Constraint.Choice("Paris", "Rome") } });
        Assert.That(formed.Message.Text, Is.AnyOf("Paris", "Rome"));
    }

    [Test]
    public async Task StreamReplyAsync_Faults_AreAllListed()
    {
        var engine = await TestEngines.TrainedAsync();
        ReplyOptions faulty = new()
        {
            MaxReasoningTokens = 0, Tools = [Timer, Timer, Timer with { Name = "a b" }], ToolChoice = ToolChoice.Tool("x"),
        };
        Assert.That(
            () => engine.StreamReplyAsync([ChatMessage.User("u")], faulty),
            Throws.ArgumentException.With.Message.Contains("MaxReasoningTokens").And.Message.Contains("'set_timer' 2 times")
                .And.Message.Contains("'a b'").And.Message.Contains("ToolChoice was x"));
        Assert.That(
            () => engine.StreamReplyAsync([ChatMessage.User("u")], new() { Tools = [Timer with { Parameters = JsonElement.Parse("[]") }] }),
            Throws.ArgumentException.With.Message.Contains("'set_timer' with parameters that are Array"));
        Assert.That(async () => await engine.ReplyAsync([]), Throws.ArgumentException.With.Message.Contains("no messages"));
        Assert.That(
            async () => await engine.ReplyAsync([ChatMessage.User("u")], new() { Tools = [Timer with { Parameters = JsonElement.Parse("""{"properties": {"a": {"$ref": "#/nowhere"}}}""") }] }),
            Throws.TypeOf<SchemaException>().With.Message.Contains("set_timer").And.Message.Contains("/properties/a"));
    }
}
