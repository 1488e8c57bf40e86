using Lamina.Sequences;

namespace Lamina.Tests.Sequences;

internal sealed class CellLedgerTests
{
    [TestCase(1)]
    [TestCase(2)]
    [TestCase(3)]
    [TestCase(4)]
    public void RandomOperations_EqualSetsOfOwners(int seed)
    {
        var random = new Random(seed);
        var ledger = new CellLedger();
        var ranges = new List<CellRange> { ledger.Open() };
        var cells = new List<List<int>> { new() }; // the cells of each, by number
        var last = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var index = random.Next(ranges.Count);
            var (range, own) = (ranges[index], cells[index]);
            var length = random.Next(own.Count + 1);
            switch (random.Next(8))
            {
                case 0 when ranges.Count < 8:
                    ranges.Add(ledger.Open());
                    cells.Add([]);
                    break;
                case 1 or 2 when ranges.Count < 8:
                    ranges.Add(range.Fork(length));
                    cells.Add(own[..length]);
                    break;
                case 3:
                    range.Truncate(length);
                    own.RemoveRange(length, own.Count - length);
                    break;
                case 4 when random.Next(2) == 0:
                    range.Clear();
                    own.Clear();
                    break;
                case 5 when ranges.Count > 1:
                    range.Clear();
                    ranges.RemoveAt(index);
                    cells.RemoveAt(index);
                    break;
                default:
                    var count = random.Next(6);
                    range.Append(count);
                    own.AddRange(Enumerable.Range(last, count));
                    last += count;
                    break;
            }

            Assert.That(ledger.Used, Is.EqualTo(cells.SelectMany(one => one).Distinct().Count()), $"round {round}");
            Assert.That(ranges.Select(Describe), Is.EqualTo(cells.Select(one => Describe(one, cells))), $"round {round}");
        }

        ranges.ForEach(range => range.Clear());
        Assert.That(ledger.Used, Is.Zero);
    }

    [Test]
    public void Fork_OfPart_SharesItUntilOneIsCut()
    {
        var ledger = new CellLedger();
        var first = ledger.Open();
        first.Append(10);
        var second = first.Fork(6);
        second.Append(3);
        Assert.That((ledger.Used, Describe(first), Describe(second)), Is.EqualTo((13L, (10, 4, true), (9, 3, true))));

        first.Truncate(2);
        Assert.That((ledger.Used, Describe(first), Describe(second)), Is.EqualTo((9L, (2, 0, true), (9, 7, true))));

        first.Clear();
        Assert.That((ledger.Used, Describe(first), Describe(second)), Is.EqualTo((9L, (0, 0, false), (9, 9, false))));
    }

    [Test]
    public void Fork_OfNothing_IsEmptyAndSharesNothing()
    {
        var ledger = new CellLedger();
        var first = ledger.Open();
        first.Append(4);
        var second = first.Fork(0);
        Assert.That((Describe(first), Describe(second)), Is.EqualTo(((4, 4, false), (0, 0, false))));
    }

    [Test]
    public void Arguments_OutOfRange_AreRefusedAndChangeNothing()
    {
        var ledger = new CellLedger();
        var range = ledger.Open();
        range.Append(4);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => range.Append(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => range.Append(int.MaxValue), Throws.InstanceOf<OverflowException>());
            Assert.That(() => range.Truncate(5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => range.Truncate(-1), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That(() => range.Fork(5), Throws.InstanceOf<ArgumentOutOfRangeException>());
            Assert.That((ledger.Used, Describe(range)), Is.EqualTo((4L, (4, 4, false))));
        }
    }

    private static (int Length, int Private, bool Shared) Describe(CellRange range) =>
        (range.Length, range.PrivateCount, range.IsShared);

    private static (int Length, int Private, bool Shared) Describe(List<int> own, List<List<int>> all)
    {
        var count = own.Except(all.Where(one => one != own).SelectMany(one => one)).Count();
        return (own.Count, count, count < own.Count);
    }
}
