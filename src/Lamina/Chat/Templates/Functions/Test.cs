using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>A test: <c>value is name(arguments)</c>.</summary>
internal delegate bool Test(object? value, Arguments arguments, TemplateRun run);
