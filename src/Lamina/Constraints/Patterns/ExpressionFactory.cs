namespace Lamina.Constraints.Patterns;

/// <summary>
/// Makes expressions, and their derivatives (Brzozowski, "Derivatives of Regular Expressions", 1964; simplified as in Owens,
/// Reppy and Turon, "Regular-expression Derivatives Re-examined", 2009).
/// </summary>
/// <remarks>Not safe for use from several threads at once.</remarks>
internal sealed class ExpressionFactory
{
    /// <summary>The mark before the text.</summary>
    public const int Beginning = CodePointSet.Last + 1;

    /// <summary>The mark behind the text.</summary>
    public const int End = CodePointSet.Last + 2;

    private readonly Dictionary<Key, Expression> _known = [];
    private readonly Dictionary<(Expression, int), Expression> _derivatives = [];

    public ExpressionFactory()
    {
        Nothing = Create(new(ExpressionKind.Nothing), isNullable: false);
        Empty = Create(new(ExpressionKind.Empty), isNullable: true);
        AnyText = Repeat(Set(CodePointSet.All), 0, null);
        Rest = Sequence(AnyText, Optional(Mark(End)));
    }

    public Expression Nothing { get; }

    public Expression Empty { get; }

    /// <summary>Any text, without marks.</summary>
    public Expression AnyText { get; }

    /// <summary>Any text, with or without the mark of the end: nothing behind the beginning is not matched by it.</summary>
    public Expression Rest { get; }

    public Expression Set(CodePointSet set) => set.IsEmpty
        ? Nothing
        : Find(new(ExpressionKind.Set, Set: set), key => new(_known.Count, ExpressionKind.Set, false) { Set = set });

    public Expression Mark(int mark) => Find(
        new(ExpressionKind.Mark, Least: mark), key => new(_known.Count, ExpressionKind.Mark, false) { Mark = mark });

    public Expression Literal(string text)
    {
        var result = Empty;
        foreach (var rune in CodePoints.Of(text).Reverse())
        {
            result = Sequence(Set(CodePointSet.Of(rune)), result);
        }

        return result;
    }

    public Expression Sequence(Expression first, Expression second)
    {
        if (first == Nothing || second == Nothing)
        {
            return Nothing;
        }

        if (first == Empty || second == Empty)
        {
            return first == Empty ? second : first;
        }

        return first.Kind == ExpressionKind.Sequence
            ? Sequence(first.Parts[0], Sequence(first.Parts[1], second)) // to the right, so that equal ones look equal
            : Create(new(ExpressionKind.Sequence, Parts: Numbers([first, second])), first.IsNullable && second.IsNullable, [first, second]);
    }

    public Expression Any(params IEnumerable<Expression> parts)
    {
        var all = Flatten(parts, ExpressionKind.Any).Where(part => part != Nothing).ToList();
        var set = CodePointSet.Union(all.Where(part => part.Kind == ExpressionKind.Set).SelectMany(part => part.Set.Ranges));
        if (!set.IsEmpty)
        {
            all.RemoveAll(part => part.Kind == ExpressionKind.Set);
            all.Add(Set(set));
            all.Sort((a, b) => a.Number.CompareTo(b.Number));
        }

        return all.Contains(Rest) ? Rest : all.Exists(IsEverything) ? all.Find(IsEverything)! : Join(ExpressionKind.Any, all, Nothing, all.Exists(part => part.IsNullable));
    }

    public Expression All(params IEnumerable<Expression> parts)
    {
        var all = Flatten(parts, ExpressionKind.All).Where(part => !IsEverything(part)).ToList();
        return all.Contains(Nothing) ? Nothing : Join(ExpressionKind.All, all, Not(Nothing), all.TrueForAll(part => part.IsNullable));
    }

    public Expression Not(Expression part) => part.Kind == ExpressionKind.Not
        ? part.Parts[0]
        : Create(new(ExpressionKind.Not, Parts: Numbers([part])), !part.IsNullable, [part]);

    public Expression Optional(Expression part) => part.IsNullable ? part : Any(part, Empty);

    /// <param name="part">What is repeated.</param>
    /// <param name="least">At least so often.</param>
    /// <param name="most">At most so often; null for no limit.</param>
    public Expression Repeat(Expression part, int least, int? most)
    {
        if (most == 0 || part == Empty)
        {
            return Empty;
        }

        if (part == Nothing)
        {
            return least == 0 ? Empty : Nothing;
        }

        if ((least, most) is (1, 1))
        {
            return part;
        }

        if (part is { Kind: ExpressionKind.Repeat, Times: (0, null) })
        {
            return part;
        }

        var (key, isNullable) = (new Key(ExpressionKind.Repeat, Numbers([part]), Least: least, Most: most), least == 0 || part.IsNullable);
        return Find(key, _ => new(_known.Count, ExpressionKind.Repeat, isNullable) { Parts = [part], Times = (least, most) });
    }

    /// <summary>What has to follow, once a symbol came first.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="symbol">A code point or a mark.</param>
    public Expression Derive(Expression expression, int symbol)
    {
        if (expression.Kind is ExpressionKind.Nothing or ExpressionKind.Empty)
        {
            return Nothing;
        }

        if (!_derivatives.TryGetValue((expression, symbol), out var derivative))
        {
            _derivatives.Add((expression, symbol), derivative = DeriveAnew(expression, symbol));
        }

        return derivative;
    }

    private Expression DeriveAnew(Expression expression, int symbol)
    {
        var parts = expression.Parts;
        switch (expression.Kind)
        {
            case ExpressionKind.Set:
                return symbol <= CodePointSet.Last && expression.Set.Contains(symbol) ? Empty : Nothing;
            case ExpressionKind.Mark:
                return symbol == expression.Mark ? Empty : Nothing;
            case ExpressionKind.Sequence:
                var first = Sequence(Derive(parts[0], symbol), parts[1]);
                return parts[0].IsNullable ? Any(first, Derive(parts[1], symbol)) : first;
            case ExpressionKind.Any:
                return Any(parts.Select(part => Derive(part, symbol)));
            case ExpressionKind.All:
                return All(parts.Select(part => Derive(part, symbol)));
            case ExpressionKind.Not:
                return Not(Derive(parts[0], symbol));
            default:
                var (least, most) = expression.Times;
                return Sequence(Derive(parts[0], symbol), Repeat(parts[0], Math.Max(least - 1, 0), most - 1));
        }
    }

    private bool IsEverything(Expression part) => part.Kind == ExpressionKind.Not && part.Parts[0] == Nothing;

    // In the order of their numbers, so that the same parts make the same expression.
    private static IEnumerable<Expression> Flatten(IEnumerable<Expression> parts, ExpressionKind kind) => parts
        .SelectMany(part => part.Kind == kind ? part.Parts : [part])
        .Distinct()
        .OrderBy(part => part.Number);

    private Expression Join(ExpressionKind kind, List<Expression> parts, Expression none, bool isNullable) => parts.Count switch
    {
        0 => none,
        1 => parts[0],
        _ => Create(new(kind, Parts: Numbers(parts)), isNullable, [.. parts]),
    };

    private Expression Create(Key key, bool isNullable, Expression[]? parts = null) =>
        Find(key, _ => new(_known.Count, key.Kind, isNullable) { Parts = parts ?? [] });

    private Expression Find(Key key, Func<Key, Expression> create)
    {
        if (!_known.TryGetValue(key, out var found))
        {
            _known.Add(key, found = create(key));
        }

        return found;
    }

    private static string Numbers(IEnumerable<Expression> parts) => string.Join(',', parts.Select(part => part.Number));

    private readonly record struct Key(ExpressionKind Kind, string Parts = "", CodePointSet? Set = null, int Least = 0, int? Most = null);
}
