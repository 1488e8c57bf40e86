using Lamina.Extensions.AI;
using Lamina.Runtime;
using Lamina.Tests.Fakes;
using Lamina.Tokens;
using Microsoft.Extensions.AI;
using ChatReplyUpdate = Lamina.Chat.ChatReplyUpdate;

namespace Lamina.Tests.ExtensionsAI;

/// <summary>Replies of engines, as chat clients give them.</summary>
internal sealed class ChatClientTests
{
    private const string Call = "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\"}}\n</tool_call>";

    private static readonly AIFunction Weather = AIFunctionFactory.Create((string city) => city, "get_weather", "Get the weather.");

    [Test]
    public async Task GetStreamingResponseAsync_Reply_ComesInParts()
    {
        var time = new FixedDate();
        await using var chat = await ScriptedChat.StartAsync("<think>Hm.</think>Yes.", time: time, reasons: true);
        var updates = await chat.StreamAsync();
        var contents = updates.SelectMany(update => update.Contents).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(string.Concat(contents.OfType<TextReasoningContent>()), Is.EqualTo("Hm."));
            Assert.That(string.Concat(contents.OfType<TextContent>()), Is.EqualTo("Yes."));
            Assert.That(contents.OfType<TextContent>().Count(), Is.GreaterThan(1), "as it comes");
            Assert.That(updates.Select(update => update.MessageId).Distinct(StringComparer.Ordinal).Single(), Is.Not.Empty);
            Assert.That(updates.Select(update => update.ResponseId).Distinct(StringComparer.Ordinal).Single(), Is.Not.Empty);
            Assert.That(updates.Select(update => (update.Role, update.ModelId, update.CreatedAt)), Is.All.EqualTo((ChatRole.Assistant, "fake", time.GetUtcNow())));
            Assert.That(updates.SkipLast(1).Select(update => update.FinishReason), Is.All.Null);
            Assert.That(updates[^1].FinishReason, Is.EqualTo(ChatFinishReason.Stop));
            Assert.That(updates[^1].Contents.Single(), Is.TypeOf<UsageContent>());
            Assert.That(updates.Select(update => update.RawRepresentation), Is.All.TypeOf<ChatReplyUpdate>());
        }
    }

    [Test]
    public async Task GetResponseAsync_Reply_IsWhole()
    {
        await using var chat = await ScriptedChat.StartAsync("<think>Hm.</think>Yes.", reasons: true);
        var options = new ChatOptions { Instructions = new('x', 300) };
        var response = await chat.AskAsync(options);
        var again = await chat.AskAsync(options);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.Text, Is.EqualTo("Yes."));
            Assert.That(response.Messages.Single().Contents.Select(content => content.GetType()), Is.EqualTo([typeof(TextReasoningContent), typeof(TextContent)]));
            Assert.That((response.FinishReason, response.ModelId, response.ConversationId), Is.EqualTo((ChatFinishReason.Stop, "fake", null as string)));
            Assert.That(response.ResponseId, Is.Not.Empty.And.Not.EqualTo(again.ResponseId));
            Assert.That(response.CreatedAt, Is.Not.Null);
            var usage = response.Usage!;
            Assert.That(usage.InputTokenCount, Is.EqualTo(chat.Prompt.Length + 1));
            Assert.That(usage.OutputTokenCount, Is.EqualTo("<think>Hm.</think>Yes.".Length + 1));
            Assert.That(usage.TotalTokenCount, Is.EqualTo(usage.InputTokenCount + usage.OutputTokenCount));
            Assert.That((usage.CachedInputTokenCount, again.Usage!.CachedInputTokenCount > 0), Is.EqualTo((0, true)));
            Assert.That(response.RawRepresentation, Is.TypeOf<ChatReplyUpdate>().With.Property("FinishReason").EqualTo(FinishReason.EndOfGeneration));
        }
    }

    [Test]
    public async Task GetResponseAsync_NothingSaid_IsAnEmptyMessage()
    {
        await using var chat = await ScriptedChat.StartAsync();
        var response = await chat.AskAsync();
        Assert.That((response.Messages.Single().Role, response.Text, response.FinishReason), Is.EqualTo((ChatRole.Assistant, "", ChatFinishReason.Stop)));
    }

    [Test]
    public async Task GetResponseAsync_ReasoningOutputNone_LeavesItOut()
    {
        await using var chat = await ScriptedChat.StartAsync("<think>Hm.</think>Yes.", reasons: true);
        var response = await chat.AskAsync(new() { Reasoning = new() { Output = ReasoningOutput.None } });
        Assert.That(response.Messages.Single().Contents.Select(content => content.GetType()), Is.EqualTo([typeof(TextContent)]));
    }

    [Test]
    public async Task GetResponseAsync_Calls_AreWholeContents()
    {
        await using var chat = await ScriptedChat.StartAsync($"I look.\n{Call}\n{Call}");
        var response = await chat.AskAsync(new() { Tools = [Weather] });
        var calls = response.Messages.Single().Contents.OfType<FunctionCallContent>().ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(response.Text, Is.EqualTo("I look."));
            Assert.That(response.FinishReason, Is.EqualTo(ChatFinishReason.ToolCalls));
            Assert.That(calls.Select(call => call.Name), Is.EqualTo(["get_weather", "get_weather"]));
            Assert.That(calls.Select(call => call.Arguments!["city"]?.ToString()), Is.EqualTo(["Oslo", "Oslo"]));
            Assert.That(calls.Select(call => call.CallId).Distinct(StringComparer.Ordinal).Count(), Is.EqualTo(2));
        }
    }

    [Test]
    public async Task GetResponseAsync_OnlyOneCallAllowed_EndsAfterTheFirst()
    {
        await using var chat = await ScriptedChat.StartAsync(string.Join('\n', Enumerable.Repeat(Call, 20)) + "Done.");
        var all = await chat.AskAsync(new() { Tools = [Weather] });
        var one = await chat.AskAsync(new() { Tools = [Weather], AllowMultipleToolCalls = false });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(all.Messages.Single().Contents.OfType<FunctionCallContent>().Count(), Is.EqualTo(20));
            Assert.That(one.Messages.Single().Contents.Single(), Is.TypeOf<FunctionCallContent>());
            Assert.That(one.FinishReason, Is.EqualTo(ChatFinishReason.ToolCalls));
            Assert.That(one.Usage!.OutputTokenCount, Is.GreaterThan(0).And.LessThan(all.Usage!.OutputTokenCount!.Value));
            Assert.That(() => chat.Engine.GetMetrics().CancelledRequests, Is.EqualTo(1).After(10_000, 5));
        }
    }

    [Test]
    public async Task GetResponseAsync_NotWhole_EndsWithLength()
    {
        await using var chat = await ScriptedChat.StartAsync($"{Call}");
        var cutCall = await chat.AskAsync(new() { Tools = [Weather], MaxOutputTokens = 40 });
        var cutText = await chat.AskAsync(new() { MaxOutputTokens = 5 });
        using (Assert.EnterMultipleScope())
        {
            Assert.That((cutCall.FinishReason, cutCall.Messages.Single().Contents.Count), Is.EqualTo((ChatFinishReason.Length, 0)));
            Assert.That((cutCall.RawRepresentation as ChatReplyUpdate)?.CutCall, Does.Contain("get_weather"));
            Assert.That((cutText.FinishReason, cutText.Text), Is.EqualTo((ChatFinishReason.Length, "<tool")));
        }

        await using var dead = await ScriptedChat.StartAsync("ab", new() { Generation = new() { BannedPhrases = ["aaa"] } });
        var response = await dead.AskAsync(new() { AdditionalProperties = new() { [ChatOptionKeys.Regex] = "aaaa" } });
        Assert.That(response.FinishReason, Is.EqualTo(ChatFinishReason.Length));
        Assert.That((response.RawRepresentation as ChatReplyUpdate)?.FinishReason, Is.EqualTo(FinishReason.DeadEnd));
    }

    [Test]
    public async Task GetResponseAsync_StopSequence_EndsWithStop()
    {
        await using var chat = await ScriptedChat.StartAsync("One. Two.");
        var response = await chat.AskAsync(new() { StopSequences = [" Two"] });
        Assert.That((response.Text, response.FinishReason), Is.EqualTo(("One.", ChatFinishReason.Stop)));
    }

    [TestCase(false)]
    [TestCase(null)]
    public async Task GetStreamingResponseAsync_Cancelled_Throws(bool? severalCalls)
    {
        var defaults = new ReplyOptions { Generation = new() { OnCancel = CancellationBehavior.Finish } };
        await using var chat = await ScriptedChat.StartAsync(new string('a', 3000), defaults);
        using var cancellation = new CancellationTokenSource();
        var count = 0;
        Assert.That(ReadAsync, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(count, Is.EqualTo(1));

        async Task ReadAsync()
        {
            await foreach (var update in chat.Client.GetStreamingResponseAsync("Hi", new() { AllowMultipleToolCalls = severalCalls }, cancellation.Token))
            {
                count++;
                await cancellation.CancelAsync();
            }
        }
    }

    [Test]
    public async Task GetService_KnowsTheEngine()
    {
        await using var chat = await ScriptedChat.StartAsync();
        var client = chat.Client;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(client.GetService<IInferenceEngine>(), Is.SameAs(chat.Engine));
            Assert.That(client.GetService<ITokenizer>(), Is.SameAs(chat.Engine.Tokenizer));
            Assert.That(client.GetService<IChatClient>(), Is.SameAs(client));
            Assert.That(client.GetService(client.GetType()), Is.SameAs(client));
            var metadata = client.GetService<ChatClientMetadata>()!;
            Assert.That((metadata.ProviderName, metadata.DefaultModelId, metadata.ProviderUri), Is.EqualTo(("lamina", "fake", null as Uri)));
            Assert.That(client.GetService<IInferenceEngine>("key"), Is.Null);
            Assert.That(client.GetService<IFormatProvider>(), Is.Null);
            Assert.That(() => client.GetService(null!), Throws.ArgumentNullException);
        }
    }

    [Test]
    public async Task Dispose_Engine_OnlyWhereItIsOwned()
    {
        await using var chat = await ScriptedChat.StartAsync();
        chat.Client.Dispose();
        Assert.That(chat.Engine.Disposals, Is.Zero);
        chat.Engine.AsChatClient(ownsEngine: true).Dispose();
        Assert.That(chat.Engine.Disposals, Is.EqualTo(1));
        Assert.That(() => ((IInferenceEngine)null!).AsChatClient(), Throws.ArgumentNullException);
    }
}
