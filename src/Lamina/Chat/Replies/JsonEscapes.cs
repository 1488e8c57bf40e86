using System.Text;

namespace Lamina.Chat.Replies;

/// <summary>What may not stand in a JSON string as it is.</summary>
internal static class JsonEscapes
{
    /// <summary>A byte of a text, as it stands in a JSON string.</summary>
    public static byte[] Of(byte value) => value switch
    {
        (byte)'"' => [(byte)'\\', (byte)'"'],
        (byte)'\\' => [(byte)'\\', (byte)'\\'],
        (byte)'\n' => [(byte)'\\', (byte)'n'],
        (byte)'\r' => [(byte)'\\', (byte)'r'],
        (byte)'\t' => [(byte)'\\', (byte)'t'],
        < 0x20 => Encoding.ASCII.GetBytes($"\\u{value:x4}"),
        _ => [value],
    };
}
