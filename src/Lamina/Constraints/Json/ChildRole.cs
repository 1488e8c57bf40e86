using System.Runtime.InteropServices;

namespace Lamina.Constraints.Json;

/// <summary>What a schema for a member or an item is there for.</summary>
/// <param name="Node">The node that it belongs to, in the plan of the object or array.</param>
/// <param name="Root">Its place among the roots of the child's plan.</param>
/// <param name="Kind">What it is there for.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ChildRole(int Node, int Root, ChildRoleKind Kind);
