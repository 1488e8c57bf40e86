using Lamina.Chat.Templates;

namespace Lamina.Tests.Chat.Templates;

internal sealed class ChatTemplateTests
{
    [TestCase("{% if x %}a", 1, 12, "endif")]
    [TestCase("a\n{{ x + }}", 2, 8, "an expression is expected")]
    [TestCase("{{ 'abc }}", 1, 4, "ends the string")]
    [TestCase("{{ (1 }}", 1, 7, "stands where ')' is expected")]
    [TestCase("{% endfor %}", 1, 4, "no statement 'endfor'")]
    [TestCase("{% for x in y %}{% endif %}", 1, 20, "'else' or 'endfor'")]
    [TestCase("{# a", 1, 1, "'#}' is missing")]
    [TestCase("{{ x", 1, 1, "'}}' is missing")]
    [TestCase("{% break %}", 1, 4, "no statement 'break'")]
    [TestCase("{% raw %}x", 1, 1, "endraw")]
    [TestCase("{{ x ? y }}", 1, 6, "'?' cannot stand here")]
    public void Parse_Wrong_SaysWhereAndWhat(string source, int line, int column, string what) =>
        Assert.That(
            () => ChatTemplate.Parse(source),
            Throws.InstanceOf<TemplateException>()
                .With.Property(nameof(TemplateException.Line)).EqualTo(line)
                .And.Property(nameof(TemplateException.Column)).EqualTo(column)
                .And.Message.Contains(what));

    [Test]
    public void Render_TemplateRaises_SaysWhatItSays() =>
        Assert.That(
            () => Render("a\n{{ raise_exception('Roles must alternate!') }}"),
            Throws.InstanceOf<TemplateException>()
                .With.Property(nameof(TemplateException.IsRaised)).True
                .And.Property(nameof(TemplateException.Fault)).EqualTo("Roles must alternate!")
                .And.Property(nameof(TemplateException.Line)).EqualTo(2));

    [TestCase("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "steps")]
    [TestCase("{% for a in range(100000) %}{% for b in range(1000) %}xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx{% endfor %}{% endfor %}", "characters")]
    [TestCase("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "recursion")]
    [TestCase("{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}", "recursion")]
    [TestCase("{{ 'a' * 1000000000 }}", "larger than")]
    [TestCase("{{ [1] * 1000000000 }}", "larger than")]
    [TestCase("{{ 9 ** (9 ** 9) }}", "bits")]
    [TestCase("{{ range(1000000000) | list }}", "range")]
    [TestCase("{{ 'a' | center(1000000000) }}", "")]
    [TestCase("{{ '%1000000000d' | format(1) }}", "")]
    [TestCase("{{ '{:1000000000}'.format(1) }}", "")]
    [TestCase("{% set ns = namespace(x='aaaaaaaaaaaaaaaa') %}{% for i in range(60) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}", "steps")]
    [TestCase("{{ 'a'.__class__.x }}", "unsafe")]
    [TestCase("{{ messages.append(1) }}", "unsafe")]
    [TestCase("{% autoescape true %}a{% endautoescape %}", "autoescape")]
    [TestCase("{% include 'x' %}", "stands alone")]
    public void Render_Hostile_EndsWithAnException(string source, string what) =>
        Assert.That(() => Render(source), Throws.InstanceOf<TemplateException>().With.Message.Contains(what));

    [Test]
    public void ParseAndRender_NestedDeep_NeitherOverflowsTheStack()
    {
        foreach (var source in new[]
        {
            "{{ " + new string('(', 100_000) + "1" + new string(')', 100_000) + " }}",
            "{{ " + string.Concat(Enumerable.Repeat("not ", 100_000)) + "1 }}",
            "{{ " + string.Concat(Enumerable.Repeat("-", 100_000)) + "1 }}",
            "{{ " + new string('[', 100_000) + new string(']', 100_000) + " }}",
            string.Concat(Enumerable.Repeat("{% if 1 %}", 100_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 100_000)),
            "{{ 1" + string.Concat(Enumerable.Repeat(" + 1", 100_000)) + " }}",
            "{{ x" + string.Concat(Enumerable.Repeat(".x", 100_000)) + " }}",
            "{{ x" + string.Concat(Enumerable.Repeat(" | list", 100_000)) + " }}",
            "{% set ns = namespace(x=[]) %}{% for i in range(99999) %}{% set ns.x = [ns.x] %}{% endfor %}{{ ns.x }}{{ ns.x == [ns.x] }}",
        })
        {
            try
            {
                Render(source);
            }
            catch (TemplateException e)
            {
                Assert.That(e.Message, Does.Contain("deep").Or.Contain("recursion").Or.Contain("undefined"), source[..30]);
            }
        }
    }

    [Test]
    public void Render_KeysNestedDeep_NeitherOverflowTheStack()
    {
        for (var depth = 500; depth < 100_000; depth = depth * 5 / 4)
        {
            var source = $"{{% set ns = namespace(x=()) %}}{{% for i in range({depth}) %}}{{% set ns.x = (ns.x,) %}}{{% endfor %}}"
                + "{{ {ns.x: 1} | length }}{{ [ns.x] | unique | list | length }}";
            try
            {
                Assert.That(Render(source), Is.EqualTo("11"));
            }
            catch (TemplateException e)
            {
                Assert.That(e.Message, Does.Contain("recursion"));
            }
        }
    }

    [Test]
    public void Render_VariablesOfManyTypes_AreThere()
    {
        var variables = new Dictionary<string, object?>(StringComparer.Ordinal)
        {
            ["a"] = 1,
            ["b"] = 2.0f,
            ["c"] = new Dictionary<string, string>(StringComparer.Ordinal) { ["x"] = "y" },
            ["d"] = new[] { "p", "q" },
            ["e"] = System.Text.Json.Nodes.JsonNode.Parse("""{"f":[1,1.0,true,null,12345678901234567890123]}"""),
            ["g"] = null,
            ["h"] = ulong.MaxValue,
        };
        Assert.That(
            ChatTemplate.Parse("{{ a }} {{ b }} {{ c }} {{ d }} {{ e }} {{ g }} {{ h }}").Render(variables).ToString(),
            Is.EqualTo("1 2.0 {'x': 'y'} ['p', 'q'] {'f': [1, 1.0, True, None, 12345678901234567890123]} None 18446744073709551615"));
    }

    [Test]
    public void Render_VariableOfAnotherType_SaysSo() =>
        Assert.That(
            () => ChatTemplate.Parse("{{ x }}").Render(new Dictionary<string, object?>(StringComparer.Ordinal) { ["x"] = new object() }),
            Throws.ArgumentException.With.Message.Contains("variables['x']"));

    [Test]
    public void Render_OftenAtOnce_IsTheSame()
    {
        var template = ChatTemplate.Parse(ReferenceCase.ReadTemplate("Qwen-Qwen3-0.6B.jinja"));
        var conversation = ReferenceCase.ReadConversations().Values.First();
        var expected = template.Render(conversation).ToString();
        Assert.That(
            Enumerable.Range(0, 200).AsParallel().Select(_ => template.Render(conversation).ToString()),
            Is.All.EqualTo(expected));
    }

    private static string Render(string source) => ChatTemplate.Parse(source)
        .Render(new Dictionary<string, object?>(StringComparer.Ordinal) { ["messages"] = new List<object?>() }).ToString();
}
