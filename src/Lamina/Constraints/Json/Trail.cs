using System.Text;

namespace Lamina.Constraints.Json;

/// <summary>The text of a document so far, as a chain from its last byte back.</summary>
/// <param name="before">All before the last byte.</param>
/// <param name="value">The last byte.</param>
internal sealed class Trail(Trail? before, byte value)
{
    private readonly int _length = (before?._length ?? 0) + 1;

    /// <summary>What came after an earlier moment.</summary>
    public string Since(Trail? earlier)
    {
        var bytes = new byte[_length - (earlier?._length ?? 0)];
        var at = this;
        for (var i = bytes.Length - 1; i >= 0; i--, at = at.Before!)
        {
            bytes[i] = at.Value;
        }

        return Encoding.UTF8.GetString(bytes);
    }

    private Trail? Before => before;

    private byte Value => value;
}
