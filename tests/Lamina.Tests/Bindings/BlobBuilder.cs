using Lamina.Bindings;
using Lamina.Runtime;

namespace Lamina.Tests.Bindings;

/// <summary>Writes states as native code does, of forms that no model at hand has too.</summary>
internal sealed class BlobBuilder
{
    private readonly List<byte> _bytes = [];

    public BlobBuilder(int sequence = 0)
    {
        Number(unchecked((int)BlobShape.Magic));
        Number(sequence);
    }

    public int Layers { get; init; } = 3;

    public bool IsTransposed { get; init; }

    public bool HasValues { get; init; } = true;

    /// <summary>Bytes that stand between a cell's number of ids and its id.</summary>
    public int Extra { get; init; }

    public byte[] ToArray() => [.. _bytes];

    /// <summary>Adds a cache of which one stream has cells, or none.</summary>
    public BlobBuilder Cache(int streams, int own, int[] positions, int sequence = 0)
    {
        Number(streams);
        for (var stream = 0; stream < streams; stream++)
        {
            Stream(stream == own ? positions : [], sequence);
        }

        return this;
    }

    public BlobBuilder Number(int number)
    {
        _bytes.AddRange(BitConverter.GetBytes(number));
        return this;
    }

    /// <summary>Adds the recurrent section of a sequence, or that of an empty one.</summary>
    public BlobBuilder Recurrent(int? position)
    {
        Number(position is null ? 0 : 1);
        if (position is { } at)
        {
            Number(at);
            Number(0);
        }

        Number(0);
        Number(Layers);
        for (var layer = 0; layer < Layers; layer++)
        {
            Number(0);
            Size(8 * layer);
            Rows(position is null ? 0 : 8 * layer);
        }

        return this;
    }

    /// <summary>What a decoder with such states would have learnt.</summary>
    public static BlobShape Shape(byte[] empty, MemoryKind kind, bool isExtended = false)
    {
        Assert.That(BlobShape.Recognise(empty, streams: 1, kind, isExtended, out var shape), Is.Null);
        return shape!;
    }

    private void Stream(int[] positions, int sequence)
    {
        Number(positions.Length);
        if (positions.Length == 0)
        {
            return;
        }

        foreach (var position in positions)
        {
            Number(position);
            Number(1);
            Rows(Extra);
            Number(sequence);
        }

        Number(IsTransposed ? 1 : 0);
        Number(Layers);
        for (var layer = 0; layer < Layers; layer++)
        {
            Number(1);
            Size(6);
            Rows(6 * positions.Length);
        }

        for (var layer = 0; HasValues && layer < Layers; layer++)
        {
            Number(1);
            if (IsTransposed)
            {
                Number(2);
                Number(5);
            }
            else
            {
                Size(10);
            }

            Rows(10 * positions.Length);
        }
    }

    private void Size(long bytes) => _bytes.AddRange(BitConverter.GetBytes(bytes));

    private void Rows(int count)
    {
        var rows = new byte[count];
        new Random(_bytes.Count).NextBytes(rows);
        _bytes.AddRange(rows);
    }
}
