using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Gives nothing the first time that it is called, and a separator from then on.</summary>
/// <param name="separator">The separator.</param>
internal sealed class Joiner(object? separator) : ICallable, IMembers
{
    private bool _isUsed;

    public string Name => "joiner";

    public string TypeName => "Joiner";

    public object? Call(Arguments arguments, TemplateRun run)
    {
        arguments.Expect("joiner", 0, 0);
        run.Spend();
        var result = _isUsed ? separator : Text.Empty;
        _isUsed = true;
        return result;
    }

    public bool TryGetMember(string name, out object? value)
    {
        value = name switch { "sep" => separator, "used" => _isUsed, _ => null };
        return name is "sep" or "used";
    }
}
