namespace Lamina.Chat.Templates.Values;

/// <summary>An object that prints in a way of its own.</summary>
internal interface IPrintable
{
    Text Print();
}
