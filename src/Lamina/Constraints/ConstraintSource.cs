using System.Collections.Immutable;

namespace Lamina.Constraints;

/// <summary>What a constraint was made from.</summary>
/// <param name="Kind">The method that made it.</param>
/// <param name="Arguments">What it was given.</param>
internal sealed record ConstraintSource(ConstraintKind Kind, ImmutableArray<string> Arguments)
{
    /// <summary>Makes the constraint again.</summary>
    public Constraint Create() => Kind switch
    {
        ConstraintKind.JsonSchema => Constraint.JsonSchema(Arguments[0]),
        ConstraintKind.Regex => Constraint.Regex(Arguments[0]),
        ConstraintKind.Grammar => Constraint.Grammar(Arguments[0], Arguments[1]),
        _ => Constraint.Choice(Arguments),
    };
}
