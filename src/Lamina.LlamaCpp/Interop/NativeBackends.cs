using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Lamina.Bindings;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Interop;

/// <summary>Loads llama.cpp's backends from their files, and keeps why one is of no use.</summary>
internal static unsafe class NativeBackends
{
    /// <summary>Loads the best variant of each.</summary>
    /// <returns>Those that compute nothing.</returns>
    public static ImmutableArray<UnusableBackend> Load(NativeFile[] backends)
    {
        var unusable = new List<UnusableBackend>();
        foreach (var variants in backends.GroupBy(file => file.Backend!, StringComparer.Ordinal))
        {
            var file = variants.Count() == 1 ? variants.First() : Best(variants);
            if (Load(file.Path) is { } reason)
            {
                unusable.Add(new() { Name = variants.Key, File = file.Path, Reason = reason });
            }
        }

        return [.. unusable];
    }

    private static NativeFile Best(IEnumerable<NativeFile> variants)
    {
        var (best, most) = (variants.First(), 0);
        foreach (var variant in variants)
        {
            var score = Score(variant.Path);
            (best, most) = score > most ? (variant, score) : (best, most);
        }

        return best;
    }

    /// <summary>How well a variant suits this processor, by its own measure; 0 where it does not run.</summary>
    private static int Score(string file)
    {
        if (!NativeLibrary.TryLoad(file, out var library))
        {
            return 0;
        }

        var score = NativeLibrary.TryGetExport(library, "ggml_backend_score", out var function)
            ? ((delegate* unmanaged[Cdecl]<int>)function)()
            : 1;
        NativeLibrary.Free(library);
        return score;
    }

    /// <returns>Null, or why it is of no use.</returns>
    private static string? Load(string file)
    {
        var name = file;
        if (OperatingSystem.IsWindows())
        {
            // There ggml keeps the loader's reason to itself, and reads no path beyond the code page. What is loaded
            // already it finds by its bare name.
            try
            {
                NativeLibrary.Load(file);
            }
            catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
            {
                return e.Message;
            }

            name = Path.GetFileName(file);
        }

        NativeLog.BeginErrors();
        var backend = Native.ggml_backend_load(name);
        var said = NativeLog.EndErrors();
        if (backend == 0)
        {
            return Reason(name, said);
        }

        return Native.ggml_backend_reg_dev_count(backend) > 0 ? null : $"It was loaded, but found no device. {said}".TrimEnd();
    }

    /// <summary>The part of what was said that is not about which file it was said of.</summary>
    private static string Reason(string file, string said)
    {
        var end = said.LastIndexOf(file + ": ", StringComparison.Ordinal);
        var reason = end < 0 ? said : said[(end + file.Length + 2)..];
        return reason switch
        {
            "" => "It does not run on this machine.",
            "ggml_backend_init returned NULL" => "It was loaded, but could not be initialized; most often its driver is missing.",
            _ => reason,
        };
    }
}
