namespace Lamina.Constraints.Json;

/// <summary>What a schema for a member or an item is there for.</summary>
internal enum ChildRoleKind
{
    /// <summary>The child must be right by it.</summary>
    Must,

    /// <summary>It is counted by how many items are right.</summary>
    Contains,

    /// <summary>The child must be right by it unless something else looked at it.</summary>
    Unevaluated,
}
