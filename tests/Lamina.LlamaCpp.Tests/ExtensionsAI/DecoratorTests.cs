using System.Diagnostics;
using System.Text.Json;
using Lamina.Extensions.AI;
using Lamina.TestSupport;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Caching.Distributed;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Options;

namespace Lamina.LlamaCpp.Tests.ExtensionsAI;

/// <summary>The decorators of Microsoft.Extensions.AI around the chat client of the trained model.</summary>
public sealed class DecoratorTests
{
    private static readonly ChatOptions Greedy = new() { Temperature = 0, MaxOutputTokens = 60 };

    [TestCase(false)]
    [TestCase(true)]
    public async Task UseFunctionInvocation_Tool_IsCalledAndItsResultIsTold(bool streams)
    {
        var cities = new List<string>();
        var weather = AIFunctionFactory.Create(Weather, "get_weather", "Get the weather of a city");
        var counting = new CountingChatClient((await TestEngines.TrainedAsync()).AsChatClient());
        using var client = counting.AsBuilder().UseFunctionInvocation().Build();
        var options = new ChatOptions { Tools = [weather], ToolMode = ChatToolMode.RequireAny, AllowMultipleToolCalls = false, Temperature = 0, MaxOutputTokens = 60 };
        const string question = "How is the weather in Oslo today?";
        var response = streams
            ? await client.GetStreamingResponseAsync(question, options).ToChatResponseAsync()
            : await client.GetResponseAsync(question, options);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cities, Is.EqualTo(["Oslo"]));
            Assert.That(counting.Requests, Has.Count.EqualTo(2));
            Assert.That(counting.Requests[1].Select(message => message.Role), Is.EqualTo([ChatRole.User, ChatRole.Assistant, ChatRole.Tool]));
            Assert.That(response.Messages.Select(message => message.Role), Is.EqualTo([ChatRole.Assistant, ChatRole.Tool, ChatRole.Assistant]));
            Assert.That(response.Text, Is.EqualTo("It is sunny in Oslo, with 21 degrees."));
            Assert.That(response.FinishReason, Is.EqualTo(ChatFinishReason.Stop));
        }

        object Weather(string city)
        {
            cities.Add(city);
            return new { sky = "sunny", degrees = 21 };
        }
    }

    [Test]
    public async Task UseDistributedCache_SecondCall_DoesNotReachTheEngine()
    {
        var cache = new MemoryDistributedCache(Options.Create(new MemoryDistributedCacheOptions()));
        var counting = new CountingChatClient((await TestEngines.TrainedAsync()).AsChatClient());
        using var client = counting.AsBuilder().UseDistributedCache(cache).Build();
        var tool = AIFunctionFactory.CreateDeclaration(
            "set_timer", "Start a timer", JsonElement.Parse("""{"type":"object","properties":{"minutes":{"type":"integer"}},"required":["minutes"],"additionalProperties":false}"""));
        var options = new ChatOptions { Tools = [tool], ToolMode = ChatToolMode.RequireAny, AllowMultipleToolCalls = false, Temperature = 0, MaxOutputTokens = 60 };
        var first = await client.GetResponseAsync("Set a timer for 17 minutes.", options);
        var second = await client.GetResponseAsync("Set a timer for 17 minutes.", options);
        Assert.That(counting.Requests, Has.Count.EqualTo(1));
        await client.GetResponseAsync("Set a timer for 18 minutes.", options);
        var streams = new[] { await StreamAsync(), await StreamAsync() };
        using (Assert.EnterMultipleScope())
        {
            Assert.That(counting.Requests, Has.Count.EqualTo(3));
            Assert.That(Facts(second), Is.EqualTo(Facts(first)));
            Assert.That(Facts(first).Call, Is.EqualTo("set_timer 17"));
            Assert.That(streams[0], Is.EqualTo(streams[1]).And.EndsWith("#### 42"));
        }

        async Task<string> StreamAsync() => (await client.GetStreamingResponseAsync("Add 12 and 30.", Greedy).ToChatResponseAsync()).Text;

        static (string? Id, ChatFinishReason? Reason, long? Tokens, string Call) Facts(ChatResponse response)
        {
            var call = response.Messages.Single().Contents.OfType<FunctionCallContent>().Single();
            return (response.ResponseId, response.FinishReason, response.Usage?.TotalTokenCount, $"{call.Name} {call.Arguments!["minutes"]}");
        }
    }

    [Test]
    public async Task UseOpenTelemetry_Call_IsAnActivity()
    {
        const string source = "Lamina.Tests.Chat";
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = each => string.Equals(each.Name, source, StringComparison.Ordinal),
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activities.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var engine = await TestEngines.TrainedAsync();
        using var client = engine.AsChatClient().AsBuilder().UseOpenTelemetry(sourceName: source).Build();
        var response = await client.GetResponseAsync("Add 12 and 30.", Greedy);
        var tags = activities.Single().TagObjects.ToDictionary(tag => tag.Key, tag => tag.Value, StringComparer.Ordinal);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(tags["gen_ai.operation.name"], Is.EqualTo("chat"));
            Assert.That(tags["gen_ai.provider.name"], Is.EqualTo("lamina"));
            Assert.That(tags["gen_ai.request.model"], Is.EqualTo(engine.Model.Name));
            Assert.That(tags["gen_ai.response.model"], Is.EqualTo(engine.Model.Name));
            Assert.That(tags["gen_ai.response.id"], Is.EqualTo(response.ResponseId));
            Assert.That(tags["gen_ai.usage.input_tokens"], Is.EqualTo(response.Usage!.InputTokenCount));
            Assert.That(tags["gen_ai.usage.output_tokens"], Is.EqualTo(response.Usage!.OutputTokenCount));
            Assert.That(tags["gen_ai.response.finish_reasons"], Is.EqualTo("[\"stop\"]"));
        }
    }

    [Test]
    public async Task UseLogging_Call_IsLoggedWithItsMessages()
    {
        using var log = new LogRecorder();
        using var client = new LoggingChatClient((await TestEngines.TrainedAsync()).AsChatClient(), log.CreateLogger(""));
        await client.GetResponseAsync("Add 12 and 30.", Greedy);
        Assert.That(
            () => client.GetResponseAsync("Add 12 and 30.", new() { ConversationId = "c" }), Throws.TypeOf<NotSupportedException>());
        using (Assert.EnterMultipleScope())
        {
            Assert.That(log.Texts, Has.Some.Contains("Add 12 and 30.").And.Some.Contains("#### 42"));
            Assert.That(log.Warnings, Has.Exactly(1).Contains("failed"));
        }
    }

    [Test]
    public async Task ConfigureOptions_Options_ReachTheModel()
    {
        using var client = (await TestEngines.TrainedAsync()).AsChatClient().AsBuilder().ConfigureOptions(options => options.MaxOutputTokens = 3).Build();
        var response = await client.GetResponseAsync("Add 12 and 30.", new() { Temperature = 0 });
        Assert.That((response.FinishReason, response.Usage!.OutputTokenCount), Is.EqualTo((ChatFinishReason.Length, 3)));
    }
}
