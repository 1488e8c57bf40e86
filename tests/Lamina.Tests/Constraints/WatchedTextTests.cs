using Lamina.Constraints;
using Lamina.Constraints.Texts;

namespace Lamina.Tests.Constraints;

internal sealed class WatchedTextTests
{
    [Test]
    public void Accept_AnyText_FindsTheFirstTrigger([Range(0, 199)] int seed)
    {
        // Of two letters, so that one trigger's end is often another's beginning.
        var random = new Random(seed);
        var drawn = Enumerable.Range(0, 4).Select(_ => RandomText(random, 1 + random.Next(6))).Distinct(StringComparer.Ordinal).ToArray();
        string[] triggers = [.. drawn.Where(trigger => drawn.Count(other => trigger.Contains(other, StringComparison.Ordinal)) == 1)];
        TextState state = WatchedText.Of([.. triggers.Select(trigger => trigger.Select(letter => (byte)letter).ToArray())], (i, _) => new Found(i));
        var text = RandomText(random, 200);
        for (var length = 1; length <= text.Length; length++)
        {
            var found = Array.FindIndex(triggers, trigger => text.AsSpan(0, length).EndsWith(trigger, StringComparison.Ordinal));
            state = state.Accept((byte)text[length - 1])!;
            Assert.That(state is Found form ? form.Trigger : -1, Is.EqualTo(found), text[..length]);
            if (found >= 0)
            {
                return;
            }
        }
    }

    private static string RandomText(Random random, int length) => new(random.GetItems("ab".AsSpan(), length));

    private sealed class Found(int trigger) : TextState
    {
        public int Trigger => trigger;

        public override bool CanEnd => true;

        public override TextState? Accept(byte value) => null;
    }
}
