namespace Lamina.Constraints.Patterns;

/// <summary>An expression as an automaton whose states are derivatives, found when they are first asked for.</summary>
internal sealed class PatternAutomaton : TextAutomaton
{
    /// <summary>From how many states on it is presumed that any end can still come.</summary>
    private const int SearchLimit = 1000;

    private readonly Lock _gate = new();
    private readonly ExpressionFactory _factory;
    private readonly Alphabet _alphabet;
    private readonly Dictionary<Expression, int> _numbers = [];
    private State[] _states = new State[8];

    /// <param name="expression">What is right, between the marks of beginning and end.</param>
    /// <param name="factory">Where it was made; it belongs to the automaton now.</param>
    public PatternAutomaton(Expression expression, ExpressionFactory factory)
    {
        _factory = factory;
        Sets = SetsOf(expression);
        _alphabet = new(Sets);
        Find(factory.Derive(expression, ExpressionFactory.Beginning));
    }

    public override IReadOnlyCollection<CodePointSet> Sets { get; }

    /// <summary>What holds a match of a pattern.</summary>
    /// <exception cref="PatternFault">The pattern is wrong or not supported.</exception>
    public static PatternAutomaton Search(string pattern, PatternDialect dialect)
    {
        var factory = new ExpressionFactory();
        return new(PatternParser.ParseSearch(pattern, dialect, factory), factory);
    }

    /// <summary>What matches a pattern as a whole.</summary>
    /// <exception cref="PatternFault">The pattern is wrong or not supported.</exception>
    public static PatternAutomaton Whole(string pattern, PatternDialect dialect)
    {
        var factory = new ExpressionFactory();
        return new(PatternParser.ParseWhole(pattern, dialect, factory), factory);
    }

    /// <summary>What is one of some texts.</summary>
    public static PatternAutomaton OneOf(IEnumerable<string> texts)
    {
        var factory = new ExpressionFactory();
        var points = texts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(text => CodePoints.Of(text).ToArray());
        return new(
            factory.Sequence(factory.Mark(ExpressionFactory.Beginning), factory.Sequence(Branch(factory, [.. points], 0), factory.Mark(ExpressionFactory.End))),
            factory);
    }

    public override int Step(int state, int codePoint)
    {
        var next = _states[state].Next;
        var symbol = _alphabet.ClassOf(codePoint);
        var known = Volatile.Read(ref next[symbol]);
        return known > 0 ? known - 1 : StepAnew(state, symbol);
    }

    public override bool IsRight(int state) => _states[state].IsRight;

    public override bool CanBeRight(int state) => CanReach(state, isRight: true);

    public override bool CanBeWrong(int state) => CanReach(state, isRight: false);

    /// <summary>Whether a code point from one to another can come that leaves the text to become right.</summary>
    public bool CanStepWithin(int state, int first, int last) => _alphabet.ClassesBetween(first, last)
        .Any(symbol => CanBeRight(Step(state, _alphabet.Representatives[symbol])));

    /// <summary>What the texts have in common goes first, so that few expressions are alternatives.</summary>
    private static Expression Branch(ExpressionFactory factory, int[][] texts, int depth) => factory.Any(texts
        .GroupBy(text => text.Length > depth ? text[depth] : -1)
        .Select(group => group.Key < 0
            ? factory.Empty
            : factory.Sequence(factory.Set(CodePointSet.Of(group.Key)), Branch(factory, [.. group], depth + 1))));

    private static HashSet<CodePointSet> SetsOf(Expression expression)
    {
        var (sets, seen, open) = (new HashSet<CodePointSet>(), new HashSet<Expression>(), new Stack<Expression>([expression]));
        while (open.TryPop(out var next))
        {
            if (seen.Add(next))
            {
                if (next.Kind == ExpressionKind.Set)
                {
                    sets.Add(next.Set);
                }

                foreach (var part in next.Parts)
                {
                    open.Push(part);
                }
            }
        }

        return sets;
    }

    private int StepAnew(int state, int symbol)
    {
        lock (_gate)
        {
            var derivative = _factory.Derive(_states[state].Expression, _alphabet.Representatives[symbol]);
            var number = Find(derivative);
            Volatile.Write(ref _states[state].Next[symbol], number + 1); // others see the new state before they see its number
            return number;
        }
    }

    private int Find(Expression expression)
    {
        if (!_numbers.TryGetValue(expression, out var number))
        {
            _numbers.Add(expression, number = _numbers.Count);
            if (number == _states.Length)
            {
                Array.Resize(ref _states, 2 * number);
            }

            _states[number] = new(expression, _factory.Derive(expression, ExpressionFactory.End).IsNullable, new int[_alphabet.Representatives.Count]);
        }

        return number;
    }

    private bool CanReach(int state, bool isRight)
    {
        var known = isRight ? _states[state].CanBeRight : _states[state].CanBeWrong;
        if (known != Answer.Unknown)
        {
            return known == Answer.Yes;
        }

        var (seen, open) = (new HashSet<int> { state }, new Stack<int>([state]));
        var reaches = false;
        while (!reaches && open.TryPop(out var next))
        {
            reaches = _states[next].IsRight == isRight || seen.Count > SearchLimit;
            foreach (var representative in reaches ? [] : _alphabet.Representatives)
            {
                var following = Step(next, representative);
                if (seen.Add(following))
                {
                    open.Push(following);
                }
            }
        }

        // Where it cannot be reached, it cannot from any of the states on the way.
        foreach (var each in reaches ? [state] : seen)
        {
            var answer = reaches ? Answer.Yes : Answer.No;
            _ = isRight ? _states[each].CanBeRight = answer : _states[each].CanBeWrong = answer;
        }

        return reaches;
    }

    private enum Answer : byte
    {
        Unknown,
        No,
        Yes,
    }

    private sealed class State(Expression expression, bool isRight, int[] next)
    {
        public Expression Expression => expression;

        public bool IsRight => isRight;

        /// <summary>The number of the next state by class, plus 1; 0 where it is not known.</summary>
        public int[] Next => next;

        public Answer CanBeRight { get; set; }

        public Answer CanBeWrong { get; set; }
    }
}
