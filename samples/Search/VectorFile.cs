using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;

namespace Search;

/// <summary>
/// Vectors by the texts that they belong to, in a file that is read and written as a whole. Texts are not in it, only
/// their hashes.
/// </summary>
/// <param name="path">The file.</param>
/// <param name="model">The fingerprint of the model that made the vectors.</param>
/// <param name="dimensions">Numbers of a vector.</param>
internal sealed class VectorFile(string path, string model, int dimensions)
{
    private const string Magic = "Lamina search index 1";

    private readonly Dictionary<UInt128, float[]> _vectors = [];

    /// <summary>Reads what is there; nothing where there is no file.</summary>
    /// <exception cref="InvalidDataException">It is no such file, damaged, or of another model.</exception>
    public void Read()
    {
        if (!File.Exists(path))
        {
            return;
        }

        using var reader = new BinaryReader(File.OpenRead(path), Encoding.UTF8);
        try
        {
            Expect(reader.ReadString() is Magic, "is no index of this program");
            Expect(string.Equals(reader.ReadString(), model, StringComparison.Ordinal), "was made with another model");
            var (width, count) = (reader.ReadInt32(), reader.ReadInt32());
            var rest = reader.BaseStream.Length - reader.BaseStream.Position;
            Expect(width == dimensions && count >= 0 && rest == count * (16L + (4L * width)), "is damaged");
            for (var i = 0; i < count; i++)
            {
                var key = new UInt128(reader.ReadUInt64(), reader.ReadUInt64());
                var vector = new float[width];
                reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(vector.AsSpan()));
                _vectors[key] = vector;
            }
        }
        catch (Exception e) when (e is EndOfStreamException or FormatException)
        {
            Expect(false, "is damaged, or no index of this program");
        }
    }

    /// <summary>The vector of a text, or null.</summary>
    public float[]? Find(string text) => _vectors.GetValueOrDefault(Key(text));

    public void Add(string text, float[] vector) => _vectors[Key(text)] = vector;

    /// <summary>Writes the vectors of some texts, as far as they are known; a kill meanwhile leaves the old file whole.</summary>
    public void Write(IEnumerable<string> texts)
    {
        var keys = texts.Select(Key).Distinct().Where(_vectors.ContainsKey).ToArray();
        var fresh = path + ".new";
        using (var writer = new BinaryWriter(File.Create(fresh), Encoding.UTF8))
        {
            writer.Write(Magic);
            writer.Write(model);
            writer.Write(dimensions);
            writer.Write(keys.Length);
            foreach (var key in keys)
            {
                writer.Write((ulong)(key >> 64));
                writer.Write((ulong)key);
                writer.Write(MemoryMarshal.AsBytes(_vectors[key].AsSpan()));
            }
        }

        File.Move(fresh, path, overwrite: true);
    }

    private static UInt128 Key(string text) => XxHash128.HashToUInt128(Encoding.UTF8.GetBytes(text));

    private void Expect(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidDataException($"The file '{path}' {otherwise}. Delete it, or name another one with --index.");
        }
    }
}
