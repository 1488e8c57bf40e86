using Lamina.Sequences;

namespace Lamina.Tests.Sequences;

internal sealed class PrefixCacheTests
{
    [TestCase(1, 1.0)]
    [TestCase(2, 1.0)]
    [TestCase(3, 0.0)]
    [TestCase(4, 0.0)]
    [TestCase(5, 0.5)]
    [TestCase(6, 0.5)]
    public void RandomOperations_EqualTheReference(int seed, double truncating)
    {
        string?[] tenants = [null, "", "one"];
        var random = new Random(seed);
        var cache = new PrefixCache();
        var reference = new PrefixReference();
        var made = new List<StateBlock>();
        for (var round = 0; round < 4_000; round++)
        {
            var tenant = tenants[random.Next(tenants.Length)];
            var tokens = Tokens(random, random.Next(1, 12));
            var canTruncate = random.NextDouble() < truncating;
            switch (random.Next(10))
            {
                case < 4:
                    var block = Block(random.Next(100), tokens);
                    made.Add(block);
                    Assert.That(
                        cache.Add(tenant, block, canTruncate),
                        Is.EqualTo(reference.Add(tenant, block, canTruncate)),
                        $"round {round}");
                    block.Release();
                    break;
                case < 7:
                    Assert.That(
                        cache.Find(tenant, tokens, canTruncate),
                        Is.EqualTo(reference.Find(tenant, tokens, canTruncate)),
                        $"round {round}");
                    break;
                case 7:
                    Assert.That(
                        cache.Refresh(tenant, tokens, canTruncate),
                        Is.EqualTo(reference.Refresh(tenant, tokens, canTruncate)),
                        $"round {round}");
                    break;
                default:
                    // Grows to some dozens of entries and is emptied from time to time.
                    for (var count = random.Next(100) == 0 ? 1000 : 1; count > 0; count--)
                    {
                        Assert.That(cache.EvictOldest(), Is.EqualTo(reference.EvictOldest()), $"round {round}");
                    }

                    break;
            }

            made.RemoveAll(block => IsFree(block) && !reference.Blocks.Contains(block));
            Assert.That(made.ToHashSet().SetEquals(reference.Blocks), Is.True, $"round {round}: only these are alive");
            Assert.That(made.Where(IsFree), Is.Empty, $"round {round}");
            Assert.That(cache.Count, Is.EqualTo(made.Count), $"round {round}");
            Assert.That(cache.Bytes, Is.EqualTo(made.Sum(block => block.Size)), $"round {round}");
        }

        cache.Clear();
        Assert.That((cache.Count, cache.Bytes, made.All(IsFree)), Is.EqualTo((0, 0L, true)));
    }

    [Test]
    public void Find_OtherTenants_FindsNothing()
    {
        var cache = new PrefixCache();
        cache.Add("one", Block(8, 1, 2, 3), canTruncate: true);
        cache.Add(null, Block(8, 4, 5, 6), canTruncate: true);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cache.Find(null, [1, 2, 3], canTruncate: true), Is.Null);
            Assert.That(cache.Find("", [1, 2, 3], canTruncate: true), Is.Null);
            Assert.That(cache.Find("One", [1, 2, 3], canTruncate: true), Is.Null);
            Assert.That(cache.Find("one", [4, 5, 6], canTruncate: true), Is.Null);
            Assert.That(cache.Find("one", [1, 2, 3], canTruncate: true)?.Length, Is.EqualTo(3));
            Assert.That(cache.Find(null, [4, 5, 6], canTruncate: true)?.Length, Is.EqualTo(3));
        }
    }

    [Test]
    public void Find_LongerEntry_ServesOnlyWhereItCanBeCut()
    {
        var cache = new PrefixCache();
        var (shorter, longer) = (Block(8, 1, 2), Block(8, 1, 2, 3, 4));
        cache.Add(null, shorter, canTruncate: false);
        cache.Add(null, longer, canTruncate: false);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(cache.Find(null, [1, 2, 3, 9], canTruncate: false), Is.EqualTo(new PrefixMatch(shorter, 2)));
            Assert.That(cache.Find(null, [1, 2, 3, 9], canTruncate: true), Is.EqualTo(new PrefixMatch(longer, 3)));
            Assert.That(cache.Find(null, [1, 2, 3, 4, 5], canTruncate: false), Is.EqualTo(new PrefixMatch(longer, 4)));
            Assert.That(cache.Find(null, [1, 9], canTruncate: false), Is.Null);
            Assert.That(cache.Find(null, [], canTruncate: true), Is.Null);
        }
    }

    [Test]
    public void Find_SeveralServe_GivesTheOneThatEndsThereAndThenTheOneLastUsed()
    {
        var cache = new PrefixCache();
        var (first, second, third) = (Block(8, 1, 2, 3), Block(8, 1, 2, 4), Block(8, 1, 2));
        cache.Add(null, first, canTruncate: true);
        cache.Add(null, second, canTruncate: true);
        Assert.That(cache.Find(null, [1, 2, 9], canTruncate: true), Is.EqualTo(new PrefixMatch(second, 2)));

        cache.Find(null, [1, 2, 3], canTruncate: true);
        Assert.That(cache.Find(null, [1, 2, 9], canTruncate: true), Is.EqualTo(new PrefixMatch(first, 2)));

        cache.Add(null, third, canTruncate: false);
        cache.Find(null, [1, 2, 3], canTruncate: true);
        Assert.That(cache.Find(null, [1, 2, 9], canTruncate: true), Is.EqualTo(new PrefixMatch(third, 2)));
    }

    [Test]
    public void EvictOldest_AfterUses_DropsTheLeastRecentlyUsed()
    {
        var cache = new PrefixCache();
        StateBlock[] blocks = [.. Enumerable.Range(0, 4).Select(i => Block(8, i, i))];
        foreach (var block in blocks)
        {
            cache.Add(null, block, canTruncate: false);
            block.Release();
        }

        cache.Find(null, [0, 0], canTruncate: false);
        cache.Refresh(null, [1, 1], canTruncate: false);
        cache.Add(null, Block(8, 2, 2), canTruncate: false);
        var order = new List<int>();
        while (cache.EvictOldest())
        {
            order.Add(Array.FindIndex(blocks, block => !order.Contains(block.Tokens[0]) && IsFree(block)));
        }

        Assert.That(order, Is.EqualTo([3, 0, 1, 2]));
    }

    [Test]
    public void EvictOldest_BlockHeldElsewhere_FreesItWithTheLastHolder()
    {
        var cache = new PrefixCache();
        var block = Block(8, 1, 2);
        cache.Add(null, block, canTruncate: true);
        cache.EvictOldest();
        Assert.That(IsFree(block), Is.False);

        block.Release();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(IsFree(block), Is.True);
            Assert.That(block.Retain, Throws.InstanceOf<ObjectDisposedException>());
            Assert.That(() => cache.Add(null, block, canTruncate: true), Throws.InstanceOf<ObjectDisposedException>());
            Assert.That((cache.Count, cache.Bytes, cache.EvictOldest()), Is.EqualTo((0, 0L, false)));
            Assert.That(cache.Find(null, [1, 2], canTruncate: true), Is.Null);
        }
    }

    [Test]
    public void Find_WarmedUp_AllocatesNothing()
    {
        var random = new Random(7);
        var cache = new PrefixCache();
        for (var i = 0; i < 100; i++)
        {
            cache.Add("one", Block(8, Tokens(random, 20)), canTruncate: true);
        }

        var tokens = Tokens(random, 20);
        Assert.That(cache.Find("one", tokens, canTruncate: true), Is.Not.Null);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            cache.Find("one", tokens, canTruncate: true);
            cache.Find("one", tokens, canTruncate: false);
        }

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    private static StateBlock Block(int length, params int[] tokens) => new("model", "format", tokens, length);

    private static int[] Tokens(Random random, int count)
    {
        var tokens = new int[count];
        for (var i = 0; i < count; i++)
        {
            tokens[i] = random.Next(2 + (i % 2));
        }

        return tokens;
    }

    private static bool IsFree(StateBlock block)
    {
        try
        {
            return block.Bytes.Length < 0;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
