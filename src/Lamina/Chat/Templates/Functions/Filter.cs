using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>A filter: <c>value | name(arguments)</c>.</summary>
internal delegate object? Filter(object? value, Arguments arguments, TemplateRun run);
