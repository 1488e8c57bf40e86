namespace Lamina.Constraints;

/// <summary>Which of the methods of <see cref="Constraint"/> makes a constraint.</summary>
internal enum ConstraintKind
{
    JsonSchema,
    Regex,
    Grammar,
    Choice,
}
