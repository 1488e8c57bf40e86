using System.Collections.Frozen;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>The tests that templates may use: Jinja's.</summary>
internal static class Tests
{
    /// <summary>All of them, by their names.</summary>
    public static FrozenDictionary<string, Test> All { get; } = new Dictionary<string, Test>(StringComparer.Ordinal)
    {
        ["boolean"] = Plain("boolean", static value => value is bool),
        ["callable"] = Plain("callable", static value => value is ICallable or Undefined),
        ["defined"] = Plain("defined", static value => value is not Undefined),
        ["divisibleby"] = static (value, arguments, run) => IsRest(value, Other("divisibleby", "num", arguments), 0, run),
        ["escaped"] = Plain("escaped", static value => value is Text { IsMarkup: true }),
        ["even"] = static (value, arguments, run) => IsRest(value, Two("even", arguments), 0, run),
        ["false"] = Plain("false", static value => value is false),
        ["filter"] = Plain("filter", static value => value is Text text && Filters.All.ContainsKey(text.Value)),
        ["float"] = Plain("float", static value => value is double),
        ["in"] = static (value, arguments, run) => Operators.Contains(Other("in", "seq", arguments), value, run),
        ["integer"] = Plain("integer", static value => value is not bool && ValueTypes.IsInteger(value)),
        ["iterable"] = Plain("iterable", IsIterable),
        ["lower"] = Plain("lower", static value => TextTests.IsLower(Printer.Print(value).Value)),
        ["mapping"] = Plain("mapping", static value => value is TemplateDictionary),
        ["none"] = Plain("none", static value => value is null),
        ["number"] = Plain("number", ValueTypes.IsNumber),
        ["odd"] = static (value, arguments, run) => IsRest(value, Two("odd", arguments), 1, run),
        ["sameas"] = static (value, arguments, _) => IsSame(value, Other("sameas", "other", arguments)),
        ["sequence"] = Plain("sequence", IsSequence),
        ["string"] = Plain("string", static value => value is Text),
        ["test"] = Plain("test", static value => value is Text text && All!.ContainsKey(text.Value)),
        ["true"] = Plain("true", static value => value is true),
        ["undefined"] = Plain("undefined", static value => value is Undefined),
        ["upper"] = Plain("upper", static value => TextTests.IsUpper(Printer.Print(value).Value)),
        ["=="] = AreEqual,
        ["eq"] = AreEqual,
        ["equalto"] = AreEqual,
        ["!="] = AreDifferent,
        ["ne"] = AreDifferent,
        ["<"] = IsLess,
        ["lessthan"] = IsLess,
        ["lt"] = IsLess,
        ["<="] = IsLessOrEqual,
        ["le"] = IsLessOrEqual,
        [">"] = IsGreater,
        ["greaterthan"] = IsGreater,
        ["gt"] = IsGreater,
        [">="] = IsGreaterOrEqual,
        ["ge"] = IsGreaterOrEqual,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Whether a value has items to go through.</summary>
    public static bool IsIterable(object? value) =>
        value is Text or TemplateList or TemplateDictionary or DictionaryView or Undefined or IEnumerable<object?>;

    private static bool IsSequence(object? value) =>
        value is Text or TemplateList or TemplateDictionary or Undefined or IReadOnlyList<object?>;

    private static Test Plain(string name, Func<object?, bool> holds) => (value, arguments, run) =>
    {
        arguments.Limit(name);
        run.Spend();
        return holds(value);
    };

    private static object? Other(string test, string name, Arguments arguments)
    {
        arguments.Limit(test, name);
        return arguments.Require(0, name);
    }

    private static long Two(string test, Arguments arguments)
    {
        arguments.Limit(test);
        return 2L;
    }

    private static bool IsRest(object? value, object? divisor, long rest, TemplateRun run) =>
        ValueComparer.Instance.Equals(Operators.Modulo(value, divisor, run), rest);

    private static bool IsSame(object? a, object? b) => (a, b) switch
    {
        (bool x, bool y) => x == y,
        (long x, long y) => x == y,
        _ => ReferenceEquals(a, b),
    };

    private static bool AreEqual(object? value, Arguments arguments, TemplateRun run)
    {
        run.Spend();
        return ValueComparer.Instance.Equals(value, Other("eq", "other", arguments));
    }

    private static bool AreDifferent(object? value, Arguments arguments, TemplateRun run) => !AreEqual(value, arguments, run);

    private static bool IsLess(object? value, Arguments arguments, TemplateRun run) => Compare("<", value, arguments, run) < 0;

    private static bool IsLessOrEqual(object? value, Arguments arguments, TemplateRun run) => Compare("<=", value, arguments, run) <= 0;

    private static bool IsGreater(object? value, Arguments arguments, TemplateRun run) => Compare(">", value, arguments, run) > 0;

    private static bool IsGreaterOrEqual(object? value, Arguments arguments, TemplateRun run) => Compare(">=", value, arguments, run) >= 0;

    private static int? Compare(string sign, object? value, Arguments arguments, TemplateRun run)
    {
        run.Spend();
        return Operators.Compare(sign, value, Other(sign, "other", arguments));
    }
}
