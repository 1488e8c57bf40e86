using System.Buffers.Binary;
using Lamina.Gguf;

namespace Lamina.TestSupport.Gguf;

/// <summary>Spoils a sound file in one to three ways that follow from a seed: the same seed, the same bytes.</summary>
internal sealed class GgufMutator
{
    private readonly Random _random;
    private readonly GgufImage _image;
    private readonly List<string> _changes = [];

    private GgufMutator(GgufImage source, int seed)
    {
        _random = new Random(seed);
        _image = source.Clone();
    }

    /// <summary>The bytes of the spoilt file, and in words what was done to it.</summary>
    public static (byte[] Bytes, string Changes) Mutate(GgufImage source, int seed)
    {
        var mutator = new GgufMutator(source, seed);
        var count = mutator._random.Next(4) switch { 0 => 2, 1 => 3, _ => 1 };
        for (var i = 0; i < count; i++)
        {
            mutator.ChangeImage();
        }

        var bytes = mutator._image.ToBytes();
        if (mutator._random.Next(8) == 0)
        {
            mutator.ChangeBytes(ref bytes);
        }

        return (bytes, string.Join("; ", mutator._changes));
    }

    private void ChangeImage()
    {
        var values = new MetadataMutation(_image, _random);
        var tensors = new TensorMutation(_image, _random);
        _changes.Add(_random.Next(20) switch
        {
            < 5 => values.ChangeValue(),
            < 9 => values.AddHyperparameter(),
            9 => values.ChangeType(),
            10 => values.DropOrRename(),
            11 => values.SwapOrDuplicate(),
            12 => values.ChangeArray(),
            13 => values.ChangeTokens(),
            14 => values.ChangeTokenizer(),
            15 => values.ChangeArchitecture(),
            16 => tensors.ChangeType(),
            17 => tensors.ChangeShape(),
            18 => tensors.ChangeList(),
            _ => tensors.ChangeWidthEverywhere(),
        });
    }

    private void ChangeBytes(ref byte[] bytes)
    {
        // The header is where bytes matter; weights may be anything.
        var end = Math.Min(bytes.Length, bytes.Length - _image.Tensors.Sum(tensor => tensor.Data.Length) + 64);
        if (_random.Next(4) == 0)
        {
            var length = _random.Next(_random.Next(2) == 0 ? end : bytes.Length);
            bytes = bytes[..length];
            _changes.Add($"cut at {length}");
            return;
        }

        for (var i = _random.Next(4); i >= 0; i--)
        {
            var at = _random.Next(_random.Next(2) == 0 ? Math.Min(end, 1200) : end);
            bytes[at] = (byte)(_random.Next(3) == 0 ? _random.Next(256) : bytes[at] ^ (1 << _random.Next(8)));
            _changes.Add($"byte {at} = {bytes[at]}");
        }

        if (_random.Next(4) == 0 && end > 40)
        {
            var at = _random.Next(end - 8);
            BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(at), Interesting.Count(_random));
            _changes.Add($"count at {at}");
        }
    }
}
