using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Gives values one after another, and begins again after the last.</summary>
/// <param name="items">The values, one at least.</param>
internal sealed class Cycler(IReadOnlyList<object?> items) : IMembers
{
    private int _place;

    public string TypeName => "Cycler";

    public bool TryGetMember(string name, out object? value)
    {
        value = name switch
        {
            "current" => items[_place],
            "items" => new TemplateList(items, isTuple: true),
            "next" => new Function(name, Next),
            "pos" => (long)_place,
            "reset" => new Function(name, Reset),
            _ => null,
        };
        return value is not null || name is "current";
    }

    private object? Next(Arguments arguments, TemplateRun run)
    {
        arguments.Expect("next", 0, 0);
        run.Spend();
        var item = items[_place];
        _place = (_place + 1) % items.Count;
        return item;
    }

    private object? Reset(Arguments arguments, TemplateRun run)
    {
        arguments.Expect("reset", 0, 0);
        run.Spend();
        _place = 0;
        return null;
    }
}
