namespace Lamina.Chat.Templates.Values;

/// <summary>What templates can call: functions, methods, macros.</summary>
internal interface ICallable
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Calls it.</summary>
    /// <exception cref="TemplateFault">The arguments are wrong, or what it does fails.</exception>
    object? Call(Arguments arguments, TemplateRun run);
}
