using Lamina.Sequences;

namespace Lamina.Tests.Sequences;

/// <summary>A folder for session files that is gone after the test, and the states that go into them.</summary>
internal sealed class SessionFolder : IDisposable
{
    private readonly string _path = Directory.CreateTempSubdirectory("lamina-").FullName;

    /// <summary>The names of what is in it, in order.</summary>
    public IEnumerable<string> Names => Directory.EnumerateFileSystemEntries(_path)
        .Select(path => Path.GetFileName(path))
        .Order(StringComparer.Ordinal);

    /// <summary>A state whose content follows from its seed.</summary>
    public static SequenceState Create(int seed, int computed, int tokens, int bytes)
    {
        var random = new Random(seed);
        int[] all = [.. Enumerable.Range(0, tokens).Select(i => i == 0 ? seed : random.Next())];
        var block = new StateBlock("model \u00E9", "fake:f16", all[..computed], bytes);
        random.NextBytes(block.Bytes.Span);
        return new(block, [.. all]);
    }

    /// <summary>The bytes of a file that has such a state.</summary>
    public byte[] Bytes(SequenceState state)
    {
        var path = this["bytes"];
        SessionFile.Save(path, state.Block, state.Tokens.AsMemory(), null, default);
        var bytes = File.ReadAllBytes(path);
        File.Delete(path);
        return bytes;
    }

    /// <summary>The path of a file in it.</summary>
    public string this[string name] => Path.Combine(_path, name);

    public void Dispose() => Directory.Delete(_path, recursive: true);
}
