namespace Lamina.Constraints.Json;

/// <summary>Where a value stands: the document, or an object or array that has been begun. Immutable.</summary>
internal abstract class Frame
{
    /// <summary>How deep it is in the document.</summary>
    public abstract int Depth { get; }

    /// <summary>All that applies to the value that comes next here, or is under way.</summary>
    public abstract Plan ChildPlan { get; }

    /// <summary>Whether the text of the value has to be known once it is whole.</summary>
    public virtual bool NeedsText => false;

    /// <summary>Whether the document can still become right, given what holds of the value that is under way.</summary>
    /// <param name="child">Of each root of <see cref="ChildPlan"/>.</param>
    public abstract bool IsAlive(ReadOnlySpan<Truth> child);

    /// <summary>Takes the value, now that it is whole.</summary>
    /// <param name="child">Of each root of <see cref="ChildPlan"/> whether the value is right by it.</param>
    /// <param name="text">The value, where <see cref="NeedsText"/>.</param>
    /// <returns>What comes then; null where the document cannot become right.</returns>
    public abstract JsonState? Complete(ReadOnlySpan<Truth> child, string? text);

    /// <summary>Whether a value may be there again, or was not there yet.</summary>
    /// <param name="canonical">The value, as <see cref="CanonicalJson"/> writes it.</param>
    public virtual bool Allows(string canonical) => true;

    /// <summary>Whether the value that comes next can be one of a type.</summary>
    public bool CanStart(JsonTypes type) => IsAlive(ChildPlan.StartOf(type)) && type switch
    {
        JsonTypes.Object => ObjectFrame.Begin(this) is not null,
        JsonTypes.Array => ArrayFrame.Begin(this) is not null,
        JsonTypes.String => ValueText.Begin(this) is not null,
        JsonTypes.Number => new NumberState(this, "").CanGoOn(),
        JsonTypes.True => Allows("true"),
        JsonTypes.False => Allows("false"),
        _ => Allows("null"),
    };

    /// <summary>Whether any value can come next.</summary>
    public bool CanStart() => Array.Exists(Plan.EachType, CanStart);
}
