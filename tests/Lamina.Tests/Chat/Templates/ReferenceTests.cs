using Lamina.Chat.Templates;

namespace Lamina.Tests.Chat.Templates;

/// <summary>Templates render as Jinja renders them in Python, in the environment that transformers sets up.</summary>
internal sealed class ReferenceTests
{
    private static readonly Lazy<Dictionary<string, Dictionary<string, object?>>> Conversations = new(ReferenceCase.ReadConversations);

    private static readonly Lazy<Dictionary<(string Template, string Conversation), ReferenceCase>> Renderings =
        new(ReferenceCase.ReadRenderings);

    private static readonly Dictionary<string, string> Markup = new(StringComparer.Ordinal)
    {
        ["bos_token"] = "<s>", ["eos_token"] = "</s>", ["unk_token"] = "<unk>", ["pad_token"] = "<pad>",
    };

    /// <summary>Where we differ from Jinja, and mean to.</summary>
    private static readonly HashSet<string> Different = new(StringComparer.Ordinal)
    {
        // Filters that are not there fail once they are reached; Jinja looks for some of them before.
        "{% for x in [] %}{{ x|nope }}{% endfor %}",
        "{% macro m() %}{{ 'a'|nope }}{% endmacro %}ok",
        "{% if false %}{% for x in [1] %}{{ x|nope }}{% endfor %}{% endif %}ok",
        "{% if false %}{% macro m() %}{{ 'a'|nope }}{% endmacro %}{% endif %}ok",
        "{% if false %}{% filter nope %}a{% endfilter %}{% endif %}ok",
        "{% if false %}{% set x | nope %}a{% endset %}{% endif %}ok",

        // Templates that extend others have no use for chats: blocks are parts like any other, and there is no "self".
        "{% block a %}x{% endblock %}|{{ self.a() }}",
        "{% for i in [1] %}{% block a %}{{ i }}{% endblock %}{% endfor %}",
        "{% for i in [1] %}{% block a scoped %}{{ i }}{% endblock %}{% endfor %}",
        "{% block a %}{% endblock %}{% block a %}{% endblock %}",
        "{{ self }}",
        "{{ self.a }}",
        "{{ self._TemplateReference__context }}",

        // Chats are no HTML.
        "{% autoescape true %}{{ '<' }}{{ '<'|safe }}{{ '<' ~ '>'|safe }}{% endautoescape %}{{ '<' }}",
        "{{ 'see http://example.com and a@b.example'|urlize }}",
        "{{ ('&lt;&amp;'|safe).unescape() }}",
        "{{ ('<b>x</b>'|safe).striptags() }}",

        // There are no bytes, no attributes of numbers, no methods of classes, no identity of texts.
        "{{ 'abc'.encode() }}",
        "{{ 'é'.encode('utf-8') }}",
        "{{ 'abc'.encode().decode() }}",
        "{{ dict.fromkeys(['a', 'b'], 0) }}",
        "{{ dict }}",
        "{{ namespace }}",
        "{{ 5.real }}",
        "{{ (5).real }}",
        "{{ 2.5.real }}",
        "{{ (7).numerator }}",
        "{{ {'a': 1}.a.real }}",
        "{{ (5)|attr('real') }}",
        "{{ 'a' is sameas('a') }}",

        // Oddities of Python's texts and numbers, of its parser and of its compiler.
        @"{{ '\ud83d\ude00'|length }}",
        "{{ 'a,b'.split(',', 10 ** 20) }}",
        "{{ (10 ** 400) / (10 ** 399) }}",
        "{{ [1][] }}",
        "{#",
        "{% for x in [1, 2] %}{% generation %}{% break %}{% endgeneration %}{% endfor %}",
    };

    private static IEnumerable<string> Templates => ReferenceCase.TemplateNames;

    private static IEnumerable<TestCaseData<string, Dictionary<string, object?>, ReferenceCase>> Snippets => ReferenceCase.ReadSnippets()
        .Select((snippet, i) => new TestCaseData<string, Dictionary<string, object?>, ReferenceCase>(
            snippet.Template, snippet.Variables, snippet.Expected) { TestName = $"{{m}}({i + 1})" });

    [TestCaseSource(nameof(Templates))]
    public void Render_EveryConversation_IsAsInPython(string name)
    {
        var template = ChatTemplate.Parse(ReferenceCase.ReadTemplate(name));
        using (Assert.EnterMultipleScope())
        {
            foreach (var (conversation, variables) in Conversations.Value)
            {
                AssertSame(() => Render(template, variables), Renderings.Value[(name, conversation)], conversation);
            }
        }
    }

    [TestCaseSource(nameof(Snippets))]
    public void Render_Snippet_IsAsInPython(string template, Dictionary<string, object?> variables, ReferenceCase expected)
    {
        if (!Different.Contains(template))
        {
            AssertSame(() => Render(ChatTemplate.Parse(template), variables), expected, template);
            return;
        }

        string? found = null;
        try
        {
            found = Render(ChatTemplate.Parse(template), variables);
        }
        catch (TemplateException)
        {
            // As Jinja, or not: that is what is looked at.
        }

        Assert.That(found, Is.Not.EqualTo(expected.Text), "it is the same after all");
    }

    [Test]
    public void Reference_Cases_AreMany()
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(Templates.Count(), Is.GreaterThanOrEqualTo(68));
            Assert.That(Conversations.Value, Has.Count.GreaterThanOrEqualTo(15));
            Assert.That(Renderings.Value, Has.Count.EqualTo(Templates.Count() * Conversations.Value.Count));
            Assert.That(Snippets.Count(), Is.GreaterThanOrEqualTo(500));
        }
    }

    private static void AssertSame(Func<string> render, ReferenceCase expected, string what)
    {
        if (expected.Text is { } text)
        {
            string? found = null;
            Assert.That(() => found = render(), Throws.Nothing, what);
            Assert.That(found, Is.EqualTo(text), what);
            return;
        }

        Assert.That(render, Throws.InstanceOf<TemplateException>(), $"{what}: {expected.Error}, {expected.Message}");
    }

    private static string Render(ChatTemplate template, Dictionary<string, object?> variables) =>
        template.Render(
            variables,
            Markup.Where(pair => !variables.ContainsKey(pair.Key)).ToDictionary(StringComparer.Ordinal),
            new ReferenceClock()).ToString();

    /// <summary>The time at which Jinja rendered.</summary>
    private sealed class ReferenceClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2024, 7, 26, 15, 4, 5, TimeSpan.Zero);
    }
}
