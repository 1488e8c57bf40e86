using Lamina.Runtime;

namespace Lamina.Tests.Runtime;

/// <summary>Which types a cache can be stored in.</summary>
internal sealed class KvCacheShapeTests
{
    private static readonly KvCacheShape Plain = new()
    {
        KeyElements = 256,
        ValueElements = 160,
        KeyLength = 64,
        ValueLength = 80,
    };

    [Test]
    public void Faults_SixteenBits_AreNone([Values] bool isEmpty) =>
        Assert.That((isEmpty ? KvCacheShape.None : Plain).Faults(KvCacheType.F16, KvCacheType.F16), Is.Empty);

    [TestCase(KvCacheType.Int8)]
    [TestCase(KvCacheType.Int4)]
    public void Faults_HeadsOfNoWholeBlocks_AreThose(KvCacheType type)
    {
        Assert.That(Plain.Faults(type, KvCacheType.F16), Is.Empty);
        Assert.That(Plain.Faults(type, type), Is.EqualTo(
        [
            $"ValueCacheType was {type}, which stores 32 numbers together; a head's value has 80, no multiple of that: take F16.",
        ]));
    }

    [Test]
    public void Faults_NoCache_NamesEachOption() => Assert.That(
        KvCacheShape.None.Faults(KvCacheType.Int8, KvCacheType.Int4),
        Is.EqualTo(
        [
            "KeyCacheType was Int8; the model has no KV cache: leave it at F16.",
            "ValueCacheType was Int4; the model has no KV cache: leave it at F16.",
        ]));

    [Test]
    public void Faults_ValuesWithinKeys_MustBeOfTheirType()
    {
        var shape = Plain with { ValueElements = 0, ValueLength = 64 };
        Assert.That(shape.Faults(KvCacheType.Int8, KvCacheType.Int8), Is.Empty);
        Assert.That(shape.Faults(KvCacheType.Int8, KvCacheType.F16).Single(), Does.Contain("give both the same"));
    }

    [Test]
    public void Faults_WindowsAlone_AreACache() => Assert.That(
        new KvCacheShape { WindowKeyElements = 64, WindowValueElements = 64, KeyLength = 32, ValueLength = 32 }
            .Faults(KvCacheType.Int8, KvCacheType.Int4),
        Is.Empty);
}
