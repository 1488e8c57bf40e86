using System.Text.Json;
using Lamina.Constraints;
using Lamina.Extensions.AI;
using Lamina.Sampling;
using Microsoft.Extensions.AI;

namespace Lamina.Tests.ExtensionsAI;

/// <summary>What options of a chat do.</summary>
internal sealed class ChatClientOptionsTests
{
    private static readonly AIFunction Weather = AIFunctionFactory.Create((string city) => city, "get_weather", "Get the weather.");

    private static readonly AIFunction Clock = AIFunctionFactory.Create(() => 12, "get_time", "Get the time.");

    [Test]
    public async Task Options_None_AreTheDefaults()
    {
        var defaults = new ReplyOptions { Generation = new() { MaxTokens = 7, Stop = ["x"], Tenant = "me", Sampling = new() { Temperature = 0, TopK = 3 } } };
        await using var chat = await ScriptedChat.StartAsync("abc", defaults);
        await chat.AskAsync();
        Assert.That(chat.Generation, Is.EqualTo(defaults.Generation));
        await chat.AskAsync(new());
        Assert.That(chat.Generation, Is.EqualTo(defaults.Generation));
    }

    [Test]
    public async Task Options_Sampling_ReachesTheEngine()
    {
        await using var chat = await ScriptedChat.StartAsync("abc");
        await chat.AskAsync(new()
        {
            Temperature = 0.3f,
            TopP = 0.6f,
            TopK = 5,
            Seed = (1L << 32) + 17,
            MaxOutputTokens = 9,
            StopSequences = ["x", "y"],
            FrequencyPenalty = 0.4f,
            PresencePenalty = 0.2f,
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                chat.Generation!.Sampling,
                Is.EqualTo(new SamplingOptions { Temperature = 0.3f, TopP = 0.6f, TopK = 5, Seed = 17, FrequencyPenalty = 0.4f, PresencePenalty = 0.2f }));
            Assert.That(chat.Generation!.MaxTokens, Is.EqualTo(9));
            Assert.That(chat.Generation!.Stop, Is.EqualTo(["x", "y"]));
        }
    }

    [Test]
    public async Task ResponseFormat_TextJsonAndSchema_AreForms()
    {
        await using var chat = await ScriptedChat.StartAsync("nonsense", new() { Generation = new() { Constraint = Constraint.Choice("a") } });
        var schema = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"object","properties":{"n":{"const":"five"}},"required":["n"],"additionalProperties":false}"""));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await chat.AskAsync()).Text, Is.EqualTo("a"), "the default's form");
            Assert.That((await chat.AskAsync(new() { ResponseFormat = ChatResponseFormat.Text })).Text, Is.EqualTo("nonsense"));
            Assert.That(JsonElement.Parse((await chat.AskAsync(new() { ResponseFormat = schema })).Text).GetProperty("n").GetString(), Is.EqualTo("five"));
            await chat.AskAsync(new() { ResponseFormat = ChatResponseFormat.Json, MaxOutputTokens = 3 });
            Assert.That(chat.Generation!.Constraint, Is.Not.Null);
            Assert.That(() => chat.AskAsync(new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse("""{"type":"thing"}""")) }), Throws.TypeOf<SchemaException>());
        }
    }

    [TestCase("""{"properties":{"n":{"const":true}},"required":["n"]}""", true)]
    [TestCase("""{"anyOf":[{"type":"null"},{"properties":{"n":{"const":true}}}]}""", true)]
    [TestCase("""{"type":["object","null"],"properties":{"n":{"const":true}},"additionalProperties":true}""", false)]
    [TestCase("""{"properties":{"n":{"const":true}},"required":["n","x"]}""", false)]
    [TestCase("""{"allOf":[{"properties":{"n":true}},{"properties":{"x":true}}]}""", false)]
    [TestCase("""{"properties":{"n":true},"anyOf":[{"properties":{"x":true}}]}""", false)]
    [TestCase("true", false)]
    public async Task ResponseFormat_ObjectThatNamesItsProperties_HasNoOthers(string schema, bool isClosed)
    {
        const string open = """{"n":true,"x":[]}""";
        var expected = isClosed ? """{"n":true}""" : open;
        await using var chat = await ScriptedChat.StartAsync(open);
        Assert.That((await chat.AskAsync(Of(schema))).Text, Is.EqualTo(expected));

        await using var nested = await ScriptedChat.StartAsync($$"""{"o":{{open}}}""");
        Assert.That((await nested.AskAsync(Of($$"""{"properties":{"o":{{schema}}},"required":["o"]}"""))).Text, Is.EqualTo($$"""{"o":{{expected}}}"""));
    }

    [TestCase("""{"items":{"properties":{"n":{"const":true}}}}""", """[{"n":true""")]
    [TestCase("""{"prefixItems":[true],"items":{"properties":{"n":{"const":true}}}}""", """[7,{"n":true""")]
    [TestCase("""{"prefixItems":[{"properties":{"n":{"const":true}}}]}""", """[{"n":true""")]
    public async Task ResponseFormat_ObjectsOfAList_HaveNoOthers(string schema, string begin)
    {
        await using var chat = await ScriptedChat.StartAsync(begin + ""","x":[]}]""");
        Assert.That((await chat.AskAsync(Of(schema))).Text, Does.StartWith(begin + "}"));
    }

    [Test]
    public async Task Tools_AreTold_UnlessNoneMayBeCalled()
    {
        await using var chat = await ScriptedChat.StartAsync("Hello.");
        await chat.AskAsync(new() { Tools = [Weather, Clock.AsDeclarationOnly()] });
        Assert.That(chat.Prompt, Does.StartWith("[get_weather: Get the weather. {\"type\": \"object\", \"properties\": {\"city\": {\"type\": \"string\"}}, \"required\": [\"city\"]}][get_time: Get the time. {"));
        await chat.AskAsync(new() { Tools = [Weather], ToolMode = ChatToolMode.None });
        Assert.That(chat.Prompt, Is.EqualTo("[user|Hi]"));
    }

    [Test]
    public async Task ToolMode_Required_CallsWhateverTheModelWants()
    {
        await using var chat = await ScriptedChat.StartAsync("I would rather talk.");
        var nothing = JsonElement.Parse("""{"type":"object","additionalProperties":false}""");
        var (one, two) = (AIFunctionFactory.CreateDeclaration("one", "First.", nothing), AIFunctionFactory.CreateDeclaration("two", "Second.", nothing));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(await AskAsync(ChatToolMode.Auto, one, two), Is.EqualTo("I would rather talk."));
            Assert.That(await AskAsync(ChatToolMode.RequireAny, one), Is.EqualTo("called one"));
            Assert.That(await AskAsync(ChatToolMode.RequireSpecific("one"), two, one), Is.EqualTo("called one"));
            Assert.That(await AskAsync(ChatToolMode.RequireSpecific("two"), two, one), Is.EqualTo("called two"));
            Assert.That(
                () => chat.AskAsync(new() { Tools = [Weather], ToolMode = ChatToolMode.RequireSpecific("get_time") }),
                Throws.ArgumentException.With.Message.Contains("get_time"));
        }

        async Task<string> AskAsync(ChatToolMode mode, params AITool[] tools)
        {
            var response = await chat.AskAsync(new() { Tools = tools, ToolMode = mode });
            return response.Messages.Single().Contents.OfType<FunctionCallContent>().SingleOrDefault() is { } call ? $"called {call.Name}" : response.Text;
        }
    }

    [Test]
    public async Task Reasoning_Effort_SetsTheTemplatesVariables()
    {
        await using var chat = await ScriptedChat.StartAsync();
        (ReasoningEffort Effort, string Prompt)[] cases =
        [
            (ReasoningEffort.None, "[thinking False]"),
            (ReasoningEffort.Low, "[thinking True][effort low]"),
            (ReasoningEffort.Medium, "[thinking True][effort medium]"),
            (ReasoningEffort.High, "[thinking True][effort high]"),
            (ReasoningEffort.ExtraHigh, "[thinking True][effort high]"),
        ];
        foreach (var (effort, prompt) in cases)
        {
            await chat.AskAsync(new() { Reasoning = new() { Effort = effort } });
            Assert.That(chat.Prompt, Is.EqualTo($"[user|Hi]{prompt}"));
        }

        await chat.AskAsync(new() { Reasoning = new() { Output = ReasoningOutput.Full } });
        Assert.That(chat.Prompt, Is.EqualTo("[user|Hi]"));
    }

    [Test]
    public async Task RawRepresentationFactory_ReplyOptions_TakeThePlaceOfTheDefaults()
    {
        await using var chat = await ScriptedChat.StartAsync("abcdef", new() { Generation = new() { MaxTokens = 2, Tenant = "me" } });
        IChatClient? asked = null;
        await chat.AskAsync(new() { RawRepresentationFactory = Make, Temperature = 0, Tools = [Clock] });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(asked, Is.SameAs(chat.Client));
            Assert.That((chat.Generation!.MaxTokens, chat.Generation!.Tenant, chat.Generation!.Priority), Is.EqualTo((4, null as string, 3)));
            Assert.That(chat.Generation!.Sampling, Is.EqualTo(new SamplingOptions { Temperature = 0, TopK = 2 }));
            Assert.That(chat.Prompt, Does.Contain("[look: Look. {}][get_time:").And.EndWith("[mood good]"));
        }

        await chat.AskAsync(new() { RawRepresentationFactory = _ => new object() });
        Assert.That(chat.Generation!.Tenant, Is.EqualTo("me"), "no options of Lamina");

        object Make(IChatClient client)
        {
            asked = client;
            return new ReplyOptions
            {
                Generation = new() { MaxTokens = 4, Priority = 3, Sampling = new() { Temperature = 1, TopK = 2 } },
                Tools = [new("look", "Look.", JsonElement.Parse("{}"))],
                Variables = new Dictionary<string, object?>(StringComparer.Ordinal) { ["mood"] = "good" },
            };
        }
    }

    [Test]
    public async Task AdditionalProperties_KnownKeys_HaveTheirEffect()
    {
        await using var chat = await ScriptedChat.StartAsync("abcdefgh");
        await chat.AskAsync(new()
        {
            AdditionalProperties = new()
            {
                [ChatOptionKeys.MinP] = 0.25,
                [ChatOptionKeys.TypicalP] = 0.5f,
                [ChatOptionKeys.TopNSigma] = 2,
                [ChatOptionKeys.XtcProbability] = "0.75",
                [ChatOptionKeys.XtcThreshold] = JsonElement.Parse("0.125"),
                [ChatOptionKeys.RepetitionPenalty] = 1.5m,
                [ChatOptionKeys.DryMultiplier] = JsonElement.Parse("\"0.5\""),
                [ChatOptionKeys.MinTokens] = 2L,
                [ChatOptionKeys.BannedPhrases] = new List<string> { "xy", "z" },
                [ChatOptionKeys.Priority] = JsonElement.Parse("-4"),
                [ChatOptionKeys.Tenant] = "me",
                [ChatOptionKeys.TemplateVariables] = JsonElement.Parse("""{"mood": "bad"}"""),
                ["of_another_provider"] = new object(),
                [ChatOptionKeys.Grammar] = null,
            },
        });
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                chat.Generation!.Sampling,
                Is.EqualTo(new SamplingOptions
                {
                    Temperature = 0, MinP = 0.25f, TypicalP = 0.5f, TopNSigma = 2, XtcProbability = 0.75f, XtcThreshold = 0.125f, RepetitionPenalty = 1.5f, DryMultiplier = 0.5f,
                }));
            Assert.That((chat.Generation!.MinTokens, chat.Generation!.Priority, chat.Generation!.Tenant), Is.EqualTo((2, -4, "me")));
            Assert.That(chat.Generation!.BannedPhrases, Is.EqualTo(["xy", "z"]));
            Assert.That(chat.Prompt, Is.EqualTo("[user|Hi][mood bad]"));
        }

        await chat.AskAsync(With(ChatOptionKeys.BannedPhrases, JsonElement.Parse("""["one"]""")));
        Assert.That(chat.Generation!.BannedPhrases, Is.EqualTo(["one"]));
        await chat.AskAsync(With(ChatOptionKeys.TemplateVariables, new Dictionary<string, object?>(StringComparer.Ordinal) { ["mood"] = 5 }));
        Assert.That(chat.Prompt, Is.EqualTo("[user|Hi][mood 5]"));
    }

    [Test]
    public async Task AdditionalProperties_Forms_AreKept()
    {
        await using var chat = await ScriptedChat.StartAsync("nonsense");
        using (Assert.EnterMultipleScope())
        {
            Assert.That((await chat.AskAsync(With(ChatOptionKeys.Grammar, "root ::= \"yes\""))).Text, Is.EqualTo("yes"));
            Assert.That((await chat.AskAsync(With(ChatOptionKeys.Regex, "[n]o"))).Text, Is.EqualTo("no"));
            Assert.That((await chat.AskAsync(With(ChatOptionKeys.Choices, new[] { "maybe" }))).Text, Is.EqualTo("maybe"));
        }
    }

    [Test]
    public async Task AdditionalProperties_MaxReasoningTokens_EndsTheReasoning()
    {
        await using var chat = await ScriptedChat.StartAsync("<think>" + new string('h', 300) + "</think>Yes.", reasons: true);
        var response = await chat.AskAsync(With(ChatOptionKeys.MaxReasoningTokens, 20, new() { MaxOutputTokens = 100 }));
        Assert.That(response.Messages.Single().Contents.OfType<TextReasoningContent>().Single().Text, Has.Length.LessThan(20));
    }

    [Test]
    public async Task Options_ThatCannotBeHonoured_AreRefusedBeforeTheEngineIsAsked()
    {
        await using var chat = await ScriptedChat.StartAsync("abc");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => chat.AskAsync(new() { ConversationId = "c1" }), Throws.TypeOf<NotSupportedException>().With.Message.Contains("ConversationId was 'c1'"));
            Assert.That(
                () => chat.AskAsync(new() { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) }),
                Throws.TypeOf<NotSupportedException>().With.Message.Contains("ContinuationToken"));
            Assert.That(
                () => chat.AskAsync(new() { Tools = [new HostedWebSearchTool()] }),
                Throws.TypeOf<NotSupportedException>().With.Message.Contains("'web_search', a HostedWebSearchTool"));
            Assert.That(
                () => chat.AskAsync(With(ChatOptionKeys.MinP, "much")),
                Throws.ArgumentException.With.Message.Contains("'min_p' as 'much', a String. It must be a number"));
            Assert.That(() => chat.AskAsync(With(ChatOptionKeys.Priority, 1.5)), Throws.ArgumentException.With.Message.Contains("a whole number"));
            Assert.That(() => chat.AskAsync(With(ChatOptionKeys.Tenant, 5)), Throws.ArgumentException.With.Message.Contains("a text"));
            Assert.That(() => chat.AskAsync(With(ChatOptionKeys.BannedPhrases, 5)), Throws.ArgumentException.With.Message.Contains("a list of texts"));
            Assert.That(() => chat.AskAsync(With(ChatOptionKeys.TemplateVariables, "x")), Throws.ArgumentException.With.Message.Contains("a dictionary"));
            Assert.That(
                () => chat.AskAsync(With(ChatOptionKeys.Regex, "x", new() { ResponseFormat = ChatResponseFormat.Json })),
                Throws.ArgumentException.With.Message.Contains("ResponseFormat and regex"));
            Assert.That(() => chat.AskAsync(new() { TopP = 3 }), Throws.ArgumentException.With.Message.Contains("TopP"));
            Assert.That(chat.Engine.Requests.All(request => request.Options!.Sampling.TopP > 1));
        }
    }

    [Test]
    public async Task ModelId_OfAnother_MakesNoDifference()
    {
        await using var chat = await ScriptedChat.StartAsync("abc");
        Assert.That((await chat.AskAsync(new() { ModelId = "gpt-7" })).ModelId, Is.EqualTo("fake"));
    }

    private static ChatOptions Of(string schema) =>
        new() { ResponseFormat = ChatResponseFormat.ForJsonSchema(JsonElement.Parse(schema)), MaxOutputTokens = 60 };

    private static ChatOptions With(string key, object value, ChatOptions? options = null)
    {
        options ??= new();
        options.AdditionalProperties = new() { [key] = value };
        return options;
    }
}
