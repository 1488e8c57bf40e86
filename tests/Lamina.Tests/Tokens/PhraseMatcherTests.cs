using System.Text;
using Lamina.Tokens;

namespace Lamina.Tests.Tokens;

internal sealed class PhraseMatcherTests
{
    [Test]
    public void Append_RandomTexts_FindsWhatASearchFinds()
    {
        var random = new Random(7);
        for (var run = 0; run < 200; run++)
        {
            string[] phrases = [.. Enumerable.Range(0, 3).Select(_ => Text(random.Next(1, 5)))];
            var text = Text(40);
            var matcher = new PhraseMatcher(phrases);
            for (var i = 0; i < text.Length; i++)
            {
                var before = text[..(i + 1)];
                var longest = phrases.Where(phrase => before.EndsWith(phrase, StringComparison.Ordinal)).Select(phrase => phrase.Length).DefaultIfEmpty().Max();
                var begun = phrases.Max(phrase => Enumerable.Range(0, phrase.Length)
                    .Last(length => before.EndsWith(phrase[..length], StringComparison.Ordinal)));
                Assert.That((matcher.Append((byte)text[i]), matcher.Begun), Is.EqualTo((longest, begun)));
            }
        }

        string Text(int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'd')));
    }

    [Test]
    public void CloneAndCopy_AreWhereTheirOriginIs()
    {
        var matcher = new PhraseMatcher(["été"]);
        matcher.Append(Encoding.UTF8.GetBytes("xét"));
        var clone = matcher.Clone();
        matcher.Append((byte)'x');
        Assert.That((clone.Begun, matcher.Begun), Is.EqualTo((3, 0)));
        matcher.CopyFrom(clone);
        Assert.That((matcher.Append(0xC3), matcher.Append(0xA9)), Is.EqualTo((0, 5)));
    }
}
