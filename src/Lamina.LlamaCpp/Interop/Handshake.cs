using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary>
/// Makes sure that the loaded library is one whose structures we know: its version is in range, and its default
/// parameters stand where our structures have them. Whatever differs is named here, not found by a crash later.
/// </summary>
internal static unsafe class Handshake
{
    /// <summary>Verifies the loaded library.</summary>
    /// <param name="folder">Where it came from, for messages.</param>
    /// <exception cref="NativeLibraryException">It is another version, or its structures differ.</exception>
    public static Version Verify(string folder)
    {
        var version = VerifyVersion(folder, ReadVersion(folder));

        // Read through a larger structure, so that a library with longer ones writes into our memory and not past it.
        var model = NativeDefaults<ModelDefaults>("llama_model_default_params");
        VerifyModelDefaults(folder, in Unsafe.As<ModelDefaults, LlamaModelParams>(ref model));
        var context = NativeDefaults<ContextDefaults>("llama_context_default_params");
        VerifyContextDefaults(folder, in Unsafe.As<ContextDefaults, LlamaContextParams>(ref context));
        return version;
    }

    /// <summary>Reads a version such as <c>0.4.0-dev</c> and holds it against the range that we know.</summary>
    public static Version VerifyVersion(string folder, string text)
    {
        var digits = text.TrimStart('v').Split('-', '+')[0];
        return Version.TryParse(digits, out var version)
            && version >= NativeLibraries.OldestVersion
            && (version.Major, version.Minor).CompareTo(
                (NativeLibraries.NewestVersion.Major, NativeLibraries.NewestVersion.Minor)) <= 0
            ? version
            : throw new NativeLibraryException($"'{folder}' holds llama.cpp {text}; this release of Lamina works with "
                + $"{NativeLibraries.OldestVersion} to {NativeLibraries.NewestVersion}.");
    }

    public static void VerifyModelDefaults(string folder, in LlamaModelParams found)
    {
        Expect(folder, "llama_model_params.devices", 0, (long)found.Devices);
        Expect(folder, "llama_model_params.n_gpu_layers", -1, found.GpuLayers);
        Expect(folder, "llama_model_params.split_mode", 1, found.SplitMode);
        Expect(folder, "llama_model_params.load_mode", -1, found.LoadMode);
        Expect(folder, "llama_model_params.lazy_mode", 1, found.LazyMode);
        Expect(folder, "llama_model_params.progress_callback", 0, (long)found.ProgressCallback);
        Expect(folder, "llama_model_params.kv_overrides", 0, found.KvOverrides);
        Expect(folder, "llama_model_params.vocab_only", 0, found.VocabOnly);
        Expect(folder, "llama_model_params.check_tensors", 0, found.CheckTensors);
        Expect(folder, "llama_model_params.use_extra_bufts", 1, found.UseExtraBufferTypes);
        Expect(folder, "llama_model_params.load_mtp", 0, found.LoadMtp);
    }

    public static void VerifyContextDefaults(string folder, in LlamaContextParams found)
    {
        Expect(folder, "llama_context_params.n_ctx", 512, found.ContextSize);
        Expect(folder, "llama_context_params.n_batch", 2048, found.BatchSize);
        Expect(folder, "llama_context_params.n_ubatch", 512, found.MicroBatchSize);
        Expect(folder, "llama_context_params.n_seq_max", 1, found.SequenceMax);
        Expect(folder, "llama_context_params.n_outputs_max", 0, found.OutputsMax);
        Expect(folder, "llama_context_params.rope_scaling_type", -1, found.RopeScalingType);
        Expect(folder, "llama_context_params.pooling_type", -1, found.PoolingType);
        Expect(folder, "llama_context_params.flash_attn_type", -1, found.FlashAttentionType);
        Expect(folder, "llama_context_params.type_k", 1, found.TypeK);
        Expect(folder, "llama_context_params.type_v", 1, found.TypeV);
        Expect(folder, "llama_context_params.abort_callback", 0, (long)found.AbortCallback);
        Expect(folder, "llama_context_params.embeddings", 0, found.Embeddings);
        Expect(folder, "llama_context_params.offload_kqv", 1, found.OffloadKqv);
        Expect(folder, "llama_context_params.swa_full", 1, found.SwaFull);
        Expect(folder, "llama_context_params.kv_unified", 0, found.KvUnified);
        Expect(folder, "llama_context_params.n_samplers", 0, (long)found.SamplerCount);
        Expect(folder, "llama_context_params.ctx_other", 0, found.OtherContext);
    }

    private static string ReadVersion(string folder)
    {
        try
        {
            return Marshal.PtrToStringUTF8((nint)Native.llama_version()) ?? "of no version";
        }
        catch (EntryPointNotFoundException e)
        {
            throw new NativeLibraryException($"'{folder}' holds a llama.cpp from before its version numbers; this "
                + $"release of Lamina works with {NativeLibraries.OldestVersion} to {NativeLibraries.NewestVersion}.", e);
        }
    }

    private static T NativeDefaults<T>(string function)
        where T : unmanaged
    {
        var address = NativeLibrary.GetExport(NativeLibraries.Handle(NativeLibraries.Llama), function);
        return ((delegate* unmanaged[Cdecl]<T>)address)();
    }

    private static void Expect(string folder, string field, long expected, long found)
    {
        if (found != expected)
        {
            throw new NativeLibraryException($"'{folder}' holds a llama.cpp whose structures differ from the ones that "
                + $"this release of Lamina knows: the default of {field} is {found} where {expected} was expected.");
        }
    }

    [InlineArray(512)]
    private struct ModelDefaults
    {
        private byte _first;
    }

    [InlineArray(1024)]
    private struct ContextDefaults
    {
        private byte _first;
    }
}
