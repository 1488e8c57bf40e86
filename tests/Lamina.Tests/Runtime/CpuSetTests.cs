using Lamina.Runtime;

namespace Lamina.Tests.Runtime;

/// <summary>Sets of CPUs, as Linux writes them and as sets.</summary>
internal sealed class CpuSetTests
{
    [TestCase("", new int[0], "")]
    [TestCase(" \n", new int[0], "")]
    [TestCase("0", new[] { 0 }, "0")]
    [TestCase("0-3,8,10-11\n", new[] { 0, 1, 2, 3, 8, 10, 11 }, "0-3,8,10-11")]
    [TestCase("7,5,6,5-7", new[] { 5, 6, 7 }, "5-7")]
    [TestCase("63,64,127-128", new[] { 63, 64, 127, 128 }, "63-64,127-128")]
    [TestCase("8191", new[] { 8191 }, "8191")]
    [TestCase("2-2", new[] { 2 }, "2")]
    public void Parse_List_IsReadAndWritten(string list, int[] expected, string written)
    {
        var cpus = CpuSet.Parse(list);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cpus, Is.EqualTo(expected));
            Assert.That(cpus, Has.Count.EqualTo(expected.Length));
            Assert.That(cpus.ToString(), Is.EqualTo(written));
            Assert.That(cpus, Is.EqualTo(CpuSet.Of(expected)));
            Assert.That(cpus.GetHashCode(), Is.EqualTo(CpuSet.Of(expected).GetHashCode()));
        }
    }

    [TestCase("3-1", "3-1")]
    [TestCase("0,,2", "")]
    [TestCase("0-", "0-")]
    [TestCase("-1", "-1")]
    [TestCase("1,8192", "8192")]
    [TestCase("0-4294967296", "0-4294967296")]
    [TestCase("1-2-3", "1-2-3")]
    [TestCase("0x3", "0x3")]
    [TestCase("0-7:2/4", "0-7:2/4")]
    [TestCase("\0\uFFFF", "\0\uFFFF")]
    public void Parse_Nonsense_SaysWhere(string list, string where)
    {
        using (Assert.EnterMultipleScope())
        {
            Assert.That(
                () => CpuSet.Parse(list),
                Throws.TypeOf<FormatException>().With.Message.Contains($"'{list}' has '{where}'").And.Message.Contains("0-3,8,10-11"));
            Assert.That(CpuSet.TryParse(list, out var cpus), Is.False);
            Assert.That(cpus, Is.Null);
        }
    }

    [TestCase(-1)]
    [TestCase(8192)]
    public void Of_NumberOutOfRange_Throws(int cpu) =>
        Assert.That(() => CpuSet.Of(0, cpu), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Operations_RandomSets_AreThoseOfSets()
    {
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            var (a, b) = (Some(), Some());
            var (x, y) = (CpuSet.Of(a), CpuSet.Of(b));
            using (Assert.EnterMultipleScope())
            {
                Assert.That(x.Union(y), Is.EqualTo(a.Union(b).Order()));
                Assert.That(x.Intersect(y), Is.EqualTo(a.Intersect(b).Order()));
                Assert.That(x.Except(y), Is.EqualTo(a.Except(b).Order()));
                Assert.That(x.Intersect(y), Is.EqualTo(CpuSet.Of([.. a.Intersect(b)])));
                Assert.That(Enumerable.Range(-1, 300).Where(x.Contains), Is.EqualTo(a.Distinct().Order()));
                Assert.That(CpuSet.Parse(x.ToString()), Is.EqualTo(x));
            }
        }

        int[] Some() => [.. Enumerable.Range(0, random.Next(20)).Select(_ => random.Next(random.Next(1, 280)))];
    }
}
