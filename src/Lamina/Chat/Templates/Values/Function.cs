namespace Lamina.Chat.Templates.Values;

/// <summary>A function that is built in, or a method of a value.</summary>
/// <param name="name">Its name.</param>
/// <param name="call">What it does.</param>
internal sealed class Function(string name, Func<Arguments, TemplateRun, object?> call) : ICallable
{
    public string Name => name;

    public object? Call(Arguments arguments, TemplateRun run) => call(arguments, run);
}
