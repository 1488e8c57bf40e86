namespace Lamina.Chat;

/// <summary>Whether the model may, must or must not call tools.</summary>
public sealed record ToolChoice
{
    private ToolChoice(bool isRequired, string? name) => (IsRequired, Name) = (isRequired, name);

    /// <summary>The model decides.</summary>
    public static ToolChoice Auto { get; } = new(isRequired: false, null);

    /// <summary>No tool is called; the model is not told of any.</summary>
    public static ToolChoice None { get; } = new(isRequired: false, "");

    /// <summary>At least one tool is called, whichever the model takes.</summary>
    public static ToolChoice Required { get; } = new(isRequired: true, null);

    /// <summary>Whether a tool must be called.</summary>
    public bool IsRequired { get; }

    /// <summary>The tool that must be called; null for any.</summary>
    public string? Name { get; }

    /// <summary>One tool is called.</summary>
    /// <param name="name">Its name.</param>
    /// <exception cref="ArgumentException">The name is null or empty.</exception>
    public static ToolChoice Tool(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return new(isRequired: true, name);
    }

    /// <summary>What is chosen.</summary>
    public override string ToString() => this == None ? "none" : IsRequired ? Name ?? "required" : "auto";
}
