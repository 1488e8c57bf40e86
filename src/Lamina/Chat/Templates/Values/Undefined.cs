namespace Lamina.Chat.Templates.Values;

/// <summary>What is not there. It prints as nothing, is false and empty, and fails once more is asked of it.</summary>
/// <param name="fault">What is said then.</param>
/// <param name="isRefused">Whether it is there, and templates may not use it.</param>
internal sealed class Undefined(string fault, bool isRefused = false)
{
    public bool IsRefused => isRefused;

    /// <summary>A variable that was never set.</summary>
    public static Undefined Variable(string name) => new($"'{name}' is undefined");

    /// <summary>A member that an object has not.</summary>
    public static Undefined Member(object? owner, object? name) => name is Text text
        ? new($"'{ValueTypes.NameOf(owner)} object' has no attribute '{text.Value}'")
        : new($"{ValueTypes.NameOf(owner)} object has no element {Printer.Represent(name).Value}");

    /// <summary>A member that templates may not use.</summary>
    public static Undefined Unsafe(object? owner, string name) =>
        new($"access to attribute '{name}' of '{ValueTypes.NameOf(owner)}' object is unsafe.", isRefused: true);

    public TemplateFault Fail() => new(fault);
}
