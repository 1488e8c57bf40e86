using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Lamina.Sampling;
using Lamina.Tokens;

namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>The tables of options have all of them, with the defaults that the code has.</summary>
public sealed partial class OptionTableTests
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly (string TypeName, (string Name, string Default)[] Rows)[] Tables =
    [
        .. from page in Repository.Pages
           from table in TablePattern().Matches(page.Text)
           let rows = RowPattern().Matches(table.Groups["rows"].Value).Select(row => (row.Groups["name"].Value, row.Groups["default"].Value)).ToArray()
           select (table.Groups["type"].Value, rows),
    ];

    private static IEnumerable<TestCaseData> Cases =>
        from table in Tables
        from type in LaminaTypes.All.Where(type => string.Equals(type.Name, table.TypeName, StringComparison.Ordinal))
        select new TestCaseData(type, table.Rows).SetArgDisplayNames(type.Name);

    /// <summary>Types of assemblies that these tests do not reference have tables too, which tests beside them may check.</summary>
    [Test]
    public void EveryTable_IsOfAType()
    {
        var types = Repository.Files("src", "*.cs").Select(path => Path.GetFileNameWithoutExtension(path));
        Assert.That(Tables.Select(table => table.TypeName).Except(types, StringComparer.Ordinal), Is.Empty);
    }

    [Test]
    public void EveryTypeOfOptions_HasATable()
    {
        var options = LaminaTypes.All.Where(type => type.Name.EndsWith("Options", StringComparison.Ordinal)).ToArray();

        Assert.That(options, Has.Length.GreaterThan(15));
        Assert.That(options.Select(type => type.Name).Except(Tables.Select(table => table.TypeName), StringComparer.Ordinal), Is.Empty);
    }

    [TestCaseSource(nameof(Cases))]
    public void EveryTable_HasAllOptionsWithTheirDefaults(Type type, (string Name, string Default)[] rows)
    {
        var defaults = Activator.CreateInstance(type, type == typeof(Guidance) ? [Prompt.Empty] : []);
        var expected = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true })
            .Select(property => (property.Name, property.IsDefined(typeof(RequiredMemberAttribute)) ? "required" : Write(property.GetValue(defaults))));

        Assert.That(rows, Is.EquivalentTo(expected));
    }

    private static string Write(object? value) => value switch
    {
        null => "null",
        bool flag => flag ? "true" : "false",
        string text => JsonSerializer.Serialize(text, Plain),
        TimeSpan time => time.ToString("g", CultureInfo.InvariantCulture),
        IFormattable scalar => scalar.ToString(null, CultureInfo.InvariantCulture),
        IEnumerable list => $"[{string.Join(", ", list.Cast<object?>().Select(Write))}]",
        _ => Named(value) ?? "new()",
    };

    /// <summary>The name under which a type has a value of its own, such as <c>Auto</c>.</summary>
    private static string? Named(object value) => value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Static)
        .FirstOrDefault(property => ReferenceEquals(property.GetValue(null), value))?.Name;

    [GeneratedRegex(@"^\| `(?<type>\w+)` \| default \| meaning \|\n\|[-|]+\|\n(?<rows>(\|.*\n?)+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, MarkdownFile.Timeout)]
    private static partial Regex TablePattern();

    [GeneratedRegex(@"^\| `(?<name>\w+)` \| `(?<default>[^`]*)` \|", RegexOptions.Multiline | RegexOptions.ExplicitCapture, MarkdownFile.Timeout)]
    private static partial Regex RowPattern();
}
