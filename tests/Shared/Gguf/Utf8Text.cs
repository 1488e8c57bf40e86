using System.Text;

namespace Lamina.TestSupport.Gguf;

/// <summary>A text of a <see cref="GgufImage"/> by its bytes, which need not be UTF-8.</summary>
/// <param name="Bytes">The bytes.</param>
internal sealed record Utf8Text(byte[] Bytes)
{
    public static Utf8Text From(string text) => new(Encoding.UTF8.GetBytes(text));

    public override string ToString() => Encoding.UTF8.GetString(Bytes);
}
