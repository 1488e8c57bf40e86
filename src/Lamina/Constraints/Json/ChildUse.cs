namespace Lamina.Constraints.Json;

/// <summary>What applies to a member or an item, and what that says of the schemas of its object or array.</summary>
/// <param name="Plan">All that applies to it.</param>
/// <param name="Roles">What its roots are there for.</param>
/// <param name="Evaluated">Of each node whether its own keywords look at the child, other than by <c>unevaluated…</c> and <c>contains</c>.</param>
internal sealed record ChildUse(Plan Plan, ChildRole[] Roles, bool[] Evaluated);
