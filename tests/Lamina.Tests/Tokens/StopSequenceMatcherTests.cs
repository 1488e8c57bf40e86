using Lamina.Tokens;

namespace Lamina.Tests.Tokens;

internal sealed class StopSequenceMatcherTests
{
    [TestCase("hello END world", "hello ", new[] { "END" })]
    [TestCase("hello", "hello", new[] { "END" })]
    [TestCase("hello EN", "hello EN", new[] { "END" })]
    [TestCase("ENEND", "EN", new[] { "END" })]
    [TestCase("EENND", "EENND", new[] { "END" })]
    [TestCase("aab", "a", new[] { "ab" })]
    [TestCase("aaab", "a", new[] { "aab" })]
    [TestCase("ababac", "ab", new[] { "abac" })]
    [TestCase("xabcy", "xa", new[] { "abcd", "bc" })]
    [TestCase("xabcd", "x", new[] { "abcd", "cd" })]
    [TestCase("xabcd", "x", new[] { "cd", "abcd" })]
    [TestCase("xabcz", "xabcz", new[] { "abcd", "bce" })]
    [TestCase("xabce", "xa", new[] { "abcd", "bce" })]
    [TestCase("END", "", new[] { "END" })]
    [TestCase("a\nb", "a", new[] { "\n" })]
    [TestCase("aXbY", "a", new[] { "Y", "X" })]
    [TestCase("a", "a", new string[0])]
    [TestCase("", "", new[] { "x" })]
    public void Append_EverySplitInThree_GivesTheTextBeforeTheStop(string text, string expected, string[] stops)
    {
        for (var first = 0; first <= text.Length; first++)
        {
            for (var second = first; second <= text.Length; second++)
            {
                var (found, stopped) = Run(stops, text[..first], text[first..second], text[second..]);
                Assert.That(found, Is.EqualTo(expected), $"cut at {first} and {second}");
                Assert.That(stopped, Is.EqualTo(!string.Equals(expected, text, StringComparison.Ordinal)), $"cut at {first} and {second}");
            }
        }
    }

    [Test]
    public void Append_PartialMatch_IsHeldAndThenReleased()
    {
        var matcher = new StopSequenceMatcher(["END"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(matcher.Append("aE", out _), Is.EqualTo("a"));
            Assert.That(matcher.Append("N", out _), Is.Empty);
            Assert.That(matcher.Append("E", out _), Is.EqualTo("EN"), "only the second E may still begin a stop");
            Assert.That(matcher.Append("x", out var stopped), Is.EqualTo("Ex"));
            Assert.That(stopped, Is.False);
            Assert.That(matcher.Flush(), Is.Empty);
        }
    }

    [Test]
    public void Append_LongTexts_GrowsItsBuffer()
    {
        var stop = new string('a', 500) + "b";
        var (text, stopped) = Run([stop], [.. Enumerable.Repeat("a", 600), "b", "c"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(text, Is.EqualTo(new string('a', 100)));
            Assert.That(stopped, Is.True);
        }
    }

    [Test]
    public void Append_RandomTexts_EqualsTheNaiveSearch()
    {
        var random = new Random(5);
        for (var round = 0; round < 20_000; round++)
        {
            var letters = random.Next(1, 4);
            var text = Letters(random, letters, random.Next(30));
            var stops = Enumerable.Range(0, random.Next(4)).Select(_ => Letters(random, letters, random.Next(1, 6))).ToArray();
            var (expected, expectedStop) = Naive(text, stops);
            var matcher = new StopSequenceMatcher([.. stops]);
            var released = "";
            var stopped = false;
            for (int at = 0, size; at < text.Length && !stopped; at += size)
            {
                size = Math.Min(random.Next(1, 5), text.Length - at);
                released += matcher.Append(text.AsSpan(at, size), out stopped);
                var seen = text[..(at + size)];

                // Never a part of what may become a stop, and never more held back than that.
                var safe = stopped ? expected : seen[..^LongestPartialMatch(seen, stops)];
                Assert.That(released, Is.EqualTo(safe), $"round {round}: '{seen}' with '{string.Join("', '", stops)}'");
            }

            released += stopped ? "" : matcher.Flush();
            Assert.That((released, stopped), Is.EqualTo((expected, expectedStop)), $"round {round}");
        }
    }

    private static (string Text, bool Stopped) Run(string[] stops, params string[] pieces)
    {
        var matcher = new StopSequenceMatcher([.. stops]);
        var text = "";
        foreach (var piece in pieces)
        {
            text += matcher.Append(piece, out var stopped);
            if (stopped)
            {
                return (text, true);
            }
        }

        return (text + matcher.Flush(), false);
    }

    private static string Letters(Random random, int letters, int count) =>
        string.Concat(Enumerable.Range(0, count).Select(_ => (char)('a' + random.Next(letters))));

    /// <summary>The text before the stop that ends first; of several that end there, the longest.</summary>
    private static (string Text, bool Stopped) Naive(string text, string[] stops)
    {
        for (var end = 1; end <= text.Length; end++)
        {
            var found = stops.Where(stop => text[..end].EndsWith(stop, StringComparison.Ordinal)).MaxBy(stop => stop.Length);
            if (found is not null)
            {
                return (text[..(end - found.Length)], true);
            }
        }

        return (text, false);
    }

    private static int LongestPartialMatch(string text, string[] stops) => stops
        .SelectMany(stop => Enumerable.Range(1, stop.Length - 1)
            .Where(length => text.EndsWith(stop[..length], StringComparison.Ordinal)))
        .DefaultIfEmpty(0)
        .Max();
}
