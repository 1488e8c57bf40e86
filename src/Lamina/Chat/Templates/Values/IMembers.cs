namespace Lamina.Chat.Templates.Values;

/// <summary>An object with attributes of its own, such as a loop's.</summary>
internal interface IMembers
{
    /// <summary>Python's name of its type.</summary>
    string TypeName { get; }

    /// <summary>An attribute.</summary>
    /// <returns>Whether it has it.</returns>
    bool TryGetMember(string name, out object? value);
}
