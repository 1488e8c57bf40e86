using System.Text.Json;
using Lamina.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Lamina.LlamaCpp.Tests.ExtensionsAI;

/// <summary>Chat clients on real models.</summary>
public sealed class ChatClientTests
{
    [Test]
    public async Task GetStreamingResponseAsync_Question_IsAnswered()
    {
        using var client = (await TestEngines.TrainedAsync()).AsChatClient();
        var updates = await client.GetStreamingResponseAsync("Add 12 and 30.", new() { Temperature = 0, MaxOutputTokens = 80 }).ToListAsync();
        var response = updates.ToChatResponse();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(updates, Has.Count.GreaterThan(5));
            Assert.That(response.Text, Does.EndWith("#### 42"));
            Assert.That(response.FinishReason, Is.EqualTo(ChatFinishReason.Stop));
            Assert.That(response.Usage!.OutputTokenCount, Is.InRange(5, 80));
        }
    }

    [Test]
    public async Task GetResponseAsync_Options_AreKept()
    {
        var engine = await TestEngines.SmolAsync();
        using var client = engine.AsChatClient();
        var random = new ChatOptions { Temperature = 2, TopP = 1, TopK = 0, Seed = 5, MaxOutputTokens = 12 };
        var first = await client.GetResponseAsync("Tell me a story.", random);
        var second = await client.GetResponseAsync("Tell me a story.", random);
        random.Seed = 6;
        var third = await client.GetResponseAsync("Tell me a story.", random);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Text, Is.EqualTo(first.Text), "the same seed");
            Assert.That(third.Text, Is.Not.EqualTo(first.Text), "another seed");
            Assert.That((first.FinishReason, first.Usage!.OutputTokenCount), Is.EqualTo((ChatFinishReason.Length, 12)));
            Assert.That((first.ModelId, client.GetService<ChatClientMetadata>()!.DefaultModelId), Is.EqualTo((engine.Model.Name, engine.Model.Name)));
        }
    }

    [Test]
    public async Task GetResponseAsync_TypedAnswer_IsOfThatType()
    {
        using var client = (await TestEngines.SmolAsync()).AsChatClient();
        var options = new ChatOptions { Temperature = 0, MaxOutputTokens = 200 };
        var light = await client.GetResponseAsync<Light>("When may I cross the street?", options);
        var wet = await client.GetResponseAsync<bool>("Is water wet?", options);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(light.Result.Color, Is.AnyOf(Color.Red, Color.Green));
            Assert.That(light.FinishReason, Is.EqualTo(ChatFinishReason.Stop));
            Assert.That(wet.TryGetResult(out _), Is.True);
        }
    }

    [Test]
    public async Task GetResponseAsync_ModelWhoseTemplateKnowsNoTools_CallsThem()
    {
        using var client = (await TestEngines.SmolAsync()).AsChatClient();
        var schema = JsonElement.Parse("""{"type":"object","properties":{"city":{"enum":["Oslo","Rome"]}},"required":["city"],"additionalProperties":false}""");
        var options = new ChatOptions
        {
            Tools = [AIFunctionFactory.CreateDeclaration("get_weather", "Get the weather of a city.", schema)],
            ToolMode = ChatToolMode.RequireSpecific("get_weather"),
            AllowMultipleToolCalls = false,
            Temperature = 0,
            MaxOutputTokens = 100,
        };
        List<ChatMessage> messages = [new(ChatRole.User, "How is the weather in Rome?")];
        var called = await client.GetResponseAsync(messages, options);
        var call = (FunctionCallContent)called.Messages.Single().Contents.Single();
        Assert.That((called.FinishReason, call.Name), Is.EqualTo((ChatFinishReason.ToolCalls, "get_weather")));
        Assert.That(call.Arguments!["city"]?.ToString(), Is.AnyOf("Oslo", "Rome"));

        messages.AddMessages(called);
        messages.Add(new(ChatRole.Tool, [new FunctionResultContent(call.CallId, "sunny")]));
        var told = await client.GetResponseAsync(messages, new() { Temperature = 0, MaxOutputTokens = 20 });
        Assert.That(told.Usage!.InputTokenCount, Is.GreaterThan(0));
        Assert.That(told.Text, Is.Not.Empty);
    }

    internal enum Color
    {
        Red,
        Green,
    }

    internal sealed record Light(Color Color, bool Blinks);
}
