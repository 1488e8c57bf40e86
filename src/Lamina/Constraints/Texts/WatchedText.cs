namespace Lamina.Constraints.Texts;

/// <summary>Any text, until one of some triggers comes in it: what follows that has a form.</summary>
internal sealed class WatchedText : TextState
{
    private readonly Watch _watch;
    private readonly int _node;

    private WatchedText(Watch watch, int node) => (_watch, _node) = (watch, node);

    public override bool CanEnd => _watch.CanEnd;

    /// <summary>Any text until a trigger comes.</summary>
    /// <param name="triggers">The triggers, none of them empty, none within another.</param>
    /// <param name="formOf">What comes after a trigger, by its number; it may be the text itself again.</param>
    /// <param name="canEnd">Whether the text can end without a trigger.</param>
    public static WatchedText Of(IReadOnlyList<byte[]> triggers, Func<int, WatchedText, TextState> formOf, bool canEnd = true)
    {
        var watch = new Watch(triggers, canEnd);
        for (var i = 0; i < triggers.Count; i++)
        {
            watch.SetForm(triggers[i], formOf(i, watch.States[0]));
        }

        return watch.States[0];
    }

    public override TextState? Accept(byte value) => _watch.Step(_node, value);

    /// <summary>The automaton of Aho and Corasick: a node for each beginning of a trigger.</summary>
    private sealed class Watch
    {
        private readonly Dictionary<(int Node, byte Value), int> _children = [];
        private readonly List<int> _fallbacks = [0]; // the longest beginning of a trigger that a node's text ends with
        private readonly Dictionary<int, TextState> _forms = [];

        public Watch(IEnumerable<byte[]> triggers, bool canEnd)
        {
            CanEnd = canEnd;
            var words = triggers.ToArray();
            for (var depth = 1; depth <= words.Max(word => word.Length); depth++)
            {
                foreach (var word in words.Where(word => word.Length >= depth))
                {
                    var parent = Find(word.AsSpan(0, depth - 1));
                    if (_children.TryAdd((parent, word[depth - 1]), _fallbacks.Count))
                    {
                        _fallbacks.Add(parent == 0 ? 0 : Next(_fallbacks[parent], word[depth - 1]));
                    }
                }
            }

            States = [.. Enumerable.Range(0, _fallbacks.Count).Select(node => new WatchedText(this, node))];
        }

        public bool CanEnd { get; }

        public WatchedText[] States { get; }

        public void SetForm(byte[] trigger, TextState form) => _forms.Add(Find(trigger), form);

        public TextState Step(int node, byte value)
        {
            var next = Next(node, value);
            return _forms.TryGetValue(next, out var form) ? form : States[next];
        }

        private int Find(ReadOnlySpan<byte> text)
        {
            var node = 0;
            foreach (var value in text)
            {
                node = _children[(node, value)];
            }

            return node;
        }

        private int Next(int node, byte value)
        {
            while (true)
            {
                if (_children.TryGetValue((node, value), out var child))
                {
                    return child;
                }

                if (node == 0)
                {
                    return 0;
                }

                node = _fallbacks[node];
            }
        }
    }
}
