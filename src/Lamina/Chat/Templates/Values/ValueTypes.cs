using System.Numerics;
using System.Runtime.CompilerServices;

namespace Lamina.Chat.Templates.Values;

/// <summary>
/// What values of a template are: null is None; bool; long and, past it, BigInteger; double; <see cref="Text"/>;
/// <see cref="TemplateList"/>; <see cref="TemplateDictionary"/>; <see cref="DictionaryView"/>; <see cref="Iterator"/>;
/// <see cref="Undefined"/>; <see cref="ICallable"/>; <see cref="IMembers"/>.
/// </summary>
internal static class ValueTypes
{
    /// <summary>Python's name of a value's type.</summary>
    public static string NameOf(object? value) => value switch
    {
        null => "NoneType",
        bool => "bool",
        long or BigInteger => "int",
        double => "float",
        Text { IsMarkup: true } => "Markup",
        Text => "str",
        TemplateList { IsTuple: true } => "tuple",
        TemplateList => "list",
        TemplateDictionary => "dict",
        DictionaryView view => view.Kind,
        Iterator iterator => iterator.Name,
        Undefined => "Undefined",
        IMembers members => members.TypeName,
        ICallable => "function",
        _ => value.GetType().Name,
    };

    public static bool IsNumber(object? value) => value is bool or long or BigInteger or double;

    public static bool IsInteger(object? value) => value is bool or long or BigInteger;

    /// <summary>Whether it can be a key.</summary>
    public static bool IsHashable(object? value)
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return value switch
        {
            TemplateDictionary or DictionaryView => false,
            TemplateList list => list.IsTuple && list.Items.All(IsHashable),
            _ => true,
        };
    }

    /// <summary>Whether a condition with it holds.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null or Undefined => false,
        bool flag => flag,
        long number => number != 0,
        BigInteger number => !number.IsZero,
        double number => number != 0,
        Text text => text.Value.Length > 0,
        TemplateList list => list.Count > 0,
        TemplateDictionary dictionary => dictionary.Count > 0,
        DictionaryView view => view.Items.Count > 0,
        IReadOnlyCollection<object?> items => items.Count > 0,
        _ => true,
    };

    /// <summary>A number of any size.</summary>
    public static BigInteger ToBigInteger(object value) => value switch
    {
        bool flag => flag ? 1 : 0,
        long number => number,
        _ => (BigInteger)value,
    };

    /// <exception cref="TemplateFault">It is an integer past all floats.</exception>
    public static double ToDouble(object value)
    {
        var real = value switch
        {
            double number => number,
            bool flag => flag ? 1 : 0,
            long number => number,
            _ => (double)(BigInteger)value,
        };
        return value is BigInteger && double.IsInfinity(real) ? throw new TemplateFault("int too large to convert to float") : real;
    }

    /// <summary>An integer in its smallest form.</summary>
    public static object Integer(BigInteger value) => value >= long.MinValue && value <= long.MaxValue ? (object)(long)value : value;

    /// <summary>An integer that fits a place or a count.</summary>
    /// <exception cref="TemplateFault">It is none, or far too large.</exception>
    public static int ToInt32(object? value, string what = "an integer is required")
    {
        if (value is Undefined undefined)
        {
            throw undefined.Fail();
        }

        return IsInteger(value)
            ? (int)BigInteger.Max(BigInteger.Min(ToBigInteger(value!), int.MaxValue), int.MinValue)
            : throw new TemplateFault($"'{NameOf(value)}' object cannot be interpreted as an integer ({what})");
    }

    /// <summary>A text, whatever is given having to be one.</summary>
    /// <exception cref="TemplateFault">It is none.</exception>
    public static Text ToText(object? value) => value as Text
        ?? throw (value is Undefined undefined ? undefined.Fail() : new TemplateFault($"expected str, got {NameOf(value)}"));
}
