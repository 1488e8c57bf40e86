using System.Collections.Frozen;
using System.Numerics;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>The methods of values.</summary>
internal static class Methods
{
    private static readonly FrozenSet<string> ListChanges =
        new[] { "append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove" }.ToFrozenSet(StringComparer.Ordinal);

    private static readonly FrozenSet<string> DictionaryChanges =
        new[] { "clear", "pop", "popitem", "setdefault", "update" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A method of a value, bound to it; null where it has none of that name.</summary>
    public static Function? Find(object? owner, string name) => owner switch
    {
        Text text => Bind(TextMethods.All, text, name),
        TemplateDictionary dictionary => Bind(CollectionMethods.OfDictionaries, dictionary, name),
        TemplateList { IsTuple: true } when name is "copy" => null,
        TemplateList list => Bind(CollectionMethods.OfLists, list, name),
        bool or long or BigInteger when name is "bit_length" => new Function(name, (arguments, _) =>
        {
            arguments.Expect(name, 0, 0);
            return BigInteger.Abs(ValueTypes.ToBigInteger(owner!)).GetBitLength();
        }),
        double number when name is "is_integer" => new Function(name, (arguments, _) =>
        {
            arguments.Expect(name, 0, 0);
            return double.IsInteger(number);
        }),
        _ => null,
    };

    /// <summary>Whether templates may not use a member: it is internal, or changes a list or a dictionary.</summary>
    public static bool IsUnsafe(object? owner, string name) => name.StartsWith('_') || owner switch
    {
        TemplateList { IsTuple: false } => ListChanges.Contains(name),
        TemplateDictionary => DictionaryChanges.Contains(name),
        _ => false,
    };

    private static Function? Bind<T>(FrozenDictionary<string, Func<T, Arguments, TemplateRun, object?>> methods, T owner, string name) =>
        methods.TryGetValue(name, out var method) ? new Function(name, (arguments, run) => method(owner, arguments, run)) : null;
}
