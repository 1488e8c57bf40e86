using System.Buffers.Binary;
using Lamina.Gguf;
using Lamina.TestSupport.Gguf;

namespace Lamina.Tests.Gguf;

internal sealed class CharacterMapRulesTests
{
    private const string Key = "tokenizer.ggml.precompiled_charsmap";

    [Test]
    public void Validate_SoundMap_Passes() => Assert.That(() => Validate(Map()), Throws.Nothing);

    [TestCase(0, 4000u)] // the size: larger than the map
    [TestCase(1 + 'a', 0x7FFFFC00u | 0x100 | 'a', Description = "where 'a' leads: outside")]
    [TestCase(1, 0xFFFFFC00u, Description = "where all begin: outside")]
    [TestCase(1 + 256, 100u, Description = "the replacement: outside")]
    public void Validate_DamagedMap_IsRefused(int at, uint value)
    {
        var map = Map();
        BinaryPrimitives.WriteUInt32LittleEndian(map.AsSpan(4 * at), value);

        Assert.That(() => Validate(map), Throws.InstanceOf<GgufException>().With.Message.Contains(Key));
    }

    [Test]
    public void Validate_ReplacementWithoutEnd_IsRefused()
    {
        var map = Map();
        map[^1] = (byte)'!';

        Assert.That(() => Validate(map), Throws.InstanceOf<GgufException>().With.Message.Contains(Key));
    }

    [TestCase(0)]
    [TestCase(3)]
    public void Validate_ShortMap_IsRefused(int length) =>
        Assert.That(() => Validate(new byte[length]), Throws.InstanceOf<GgufException>().With.Message.Contains(Key));

    [Test]
    public void Validate_MapOfOtherType_IsRefused() =>
        Assert.That(() => Validate(new[] { 1, 2 }), Throws.InstanceOf<GgufException>().With.Message.Contains(Key));

    // 'a' becomes 'b': from unit 0 the byte leads to unit 'a', and that one to unit 256, which says where 'b' stands.
    private static byte[] Map()
    {
        const int units = 512;
        var map = new byte[4 + 4 * units + 2];
        BinaryPrimitives.WriteUInt32LittleEndian(map, 4 * units);
        BinaryPrimitives.WriteUInt32LittleEndian(map.AsSpan(4 + 4 * 'a'), (256u ^ 'a') << 10 | 0x100 | 'a');
        map[^2] = (byte)'b';
        return map;
    }

    private static void Validate(object map)
    {
        var image = TinyLlama.Create();
        image["tokenizer.ggml.model"] = "t5";
        image[Key] = map;
        GgufValidatorTests.Validate(image);
    }
}
