using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace TrainTinyModel;

/// <summary>Makes TorchSharp's native library load on systems whose C++ library is a little older than the one it was built with.</summary>
internal static class TorchLibrary
{
    private const string Name = "libLibTorchSharp.so";

    /// <summary>The version of libstdc++ (GCC 13.2) that the library asks for, and of which it calls nothing.</summary>
    private const string Asked = "GLIBCXX_3.4.32";

    private const byte WeakFlag = 2;

    /// <summary>
    /// On Linux, where the library does not load, marks that version as one it can do without, in the copy beside the
    /// program. Debian 12 has an older libstdc++.
    /// </summary>
    public static void Prepare()
    {
        var path = Path.Combine(
            AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native", Name);
        if (!OperatingSystem.IsLinux() || !File.Exists(path) || Loads(path))
        {
            return;
        }

        // An entry of the table of needed versions (ELF, Elf64_Vernaux): the name's hash, 32 bits, then flags, 16 bits.
        Span<byte> entry = stackalloc byte[6];
        BinaryPrimitives.WriteUInt32LittleEndian(entry, ElfHash(Asked));
        var file = File.ReadAllBytes(path);
        var at = file.AsSpan().IndexOf(entry);
        if (at >= 0 && file.AsSpan(at + 1).IndexOf(entry) < 0)
        {
            file[at + sizeof(uint)] = WeakFlag;
            var patched = path + ".new";
            File.WriteAllBytes(patched, file);
            File.Move(patched, path, overwrite: true);
        }
    }

    private static bool Loads(string path)
    {
        // Its own libraries are looked for beside it.
        var loaded = NativeLibrary.TryLoad(path, out var handle);
        if (loaded)
        {
            NativeLibrary.Free(handle);
        }

        return loaded;
    }

    private static uint ElfHash(string name)
    {
        var hash = 0u;
        foreach (var letter in name)
        {
            hash = (hash << 4) + letter;
            var high = hash & 0xF0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }

        return hash;
    }
}
