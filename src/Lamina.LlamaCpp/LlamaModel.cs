using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;
using Lamina.Placement;
using Lamina.Runtime;
using Microsoft.Extensions.Logging;

namespace Lamina.LlamaCpp;

/// <summary>A model loaded by llama.cpp.</summary>
internal sealed class LlamaModel : ILanguageModel
{
    private const int MultiRope = 8;
    private const int InterleavedMultiRope = 40;

    /// <summary>Read into memory, and not mapped.</summary>
    private const int NoLoadMode = 0;
    private const int NoLazyMode = 0;

    private readonly ModelHandle _handle;
    private readonly ILogger _logger;
    private int _isDisposed;

    private LlamaModel(ModelHandle handle, IReadOnlyList<GgufFile> parts, Offload offload, ILogger logger)
    {
        var file = parts[0];
        _handle = handle;
        _logger = logger;
        Tokenizer = new LlamaTokenizer(handle, file);
        Info = ModelInfoReader.Read(parts, handle, Tokenizer.VocabularySize);
        Offload = offload;
        PoolsByItself = GgufModelInfo.Pooling(file) > 0;
        Window = Native.llama_model_n_swa(handle);
        HasExtendedPositions = Native.llama_model_rope_type(handle) is MultiRope or InterleavedMultiRope;
        LongRopeContext = ModelInfoReader.LongRopeContext(parts);
        LargestKvLayer = new KvCacheShapeReader(file).LargestLayer();
        CanTurnQuantizedKeys = ModelInfoReader.CanTurnQuantizedKeys(file, Info.KvCache);
        NativeLog.Add(logger);
    }

    public ModelInfo Info { get; }

    public ITokenizer Tokenizer { get; }

    /// <summary>What of it is on which devices.</summary>
    public Offload Offload { get; }

    /// <summary>Whether the file says how embeddings are pooled.</summary>
    public bool PoolsByItself { get; }

    /// <summary>Tokens that the layers with a sliding window look back over, or 0 where no layer has one.</summary>
    public int Window { get; }

    /// <summary>Whether a position is of several numbers, as in models that see (M-RoPE).</summary>
    public bool HasExtendedPositions { get; }

    /// <summary>The size of a cache above which keys are turned by other factors, or null where there are none.</summary>
    public long? LongRopeContext { get; }

    /// <summary>The most numbers that one layer keeps of a token, in its keys or in its values.</summary>
    public long LargestKvLayer { get; }

    /// <summary>Whether keys that are stored in few bits can be turned to other positions.</summary>
    public bool CanTurnQuantizedKeys { get; }

    public static unsafe LlamaModel Load(
        IReadOnlyList<GgufFile> parts,
        ModelLoadOptions options,
        ILogger logger,
        IProgress<float>? progress,
        CancellationToken cancellationToken)
    {
        var file = parts[0];
        var offload = new OffloadParameters(options.Offload, parts);
        using var memory = Place(options.Cpu);
        var watcher = new LoadWatcher(progress, cancellationToken);
        var watcherHandle = GCHandle.Alloc(watcher);
        NativeLog.Add(logger);
        NativeLog.BeginErrors();
        try
        {
            var parameters = Native.llama_model_default_params();
            offload.Write(ref parameters);
            parameters.CheckTensors = options.CheckTensors ? (byte)1 : (byte)0;
            parameters.ProgressCallback = &OnProgress;
            parameters.ProgressCallbackUserData = GCHandle.ToIntPtr(watcherHandle);

            if (memory is not null)
            {
                parameters.LoadMode = NoLoadMode;
                parameters.LazyMode = NoLazyMode;
            }

            var handle = Native.llama_model_load_from_file(file.Path, parameters);
            GC.KeepAlive(offload);
            var errors = NativeLog.EndErrors();
            if (handle.IsInvalid)
            {
                cancellationToken.ThrowIfCancellationRequested();
                throw Refused(file, options.Offload, errors, watcher.Failure);
            }

            try
            {
                ThrowIfUnsupported(file, handle);
                return new LlamaModel(handle, parts, options.Offload, logger);
            }
            catch
            {
                handle.Dispose();
                throw;
            }
        }
        finally
        {
            NativeLog.Remove(logger);
            watcherHandle.Free();
        }
    }

    public IDecoder CreateDecoder(DecoderOptions options)
    {
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
        return LlamaDecoder.Create(_handle, this, options);
    }

    public void Dispose()
    {
        // A decoder that is left keeps the handle open, so the handle cannot tell.
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            NativeLog.Remove(_logger);
            _handle.Dispose();
        }
    }

    /// <summary>Puts the calling thread, which is the load's own, beside the memory that it is to fill.</summary>
    private static IDisposable? Place(CpuPlacement? cpu)
    {
        const string operation = "load model";
        if (cpu is not null)
        {
            NumaChoice.Make(operation, cpu);
            if (CpuTopology.Current.CpusOf(cpu.MemoryNode) is { Count: > 0 } beside)
            {
                LinuxThread.SetAffinity(operation, beside);
            }
        }

        return LinuxThread.BindMemoryTo(operation, cpu?.MemoryNode);
    }

    private static void ThrowIfUnsupported(GgufFile file, ModelHandle handle)
    {
        var kind = (Native.llama_model_has_encoder(handle), Native.llama_model_has_decoder(handle)) switch
        {
            (true, true) => "an encoder-decoder model",
            (false, false) => "neither an encoder nor a decoder",
            _ when Native.llama_model_is_diffusion(handle) => "a diffusion model",
            _ => null,
        };
        if (kind is not null)
        {
            throw new UnsupportedModelException(file.Architecture, $"'{file.Path}' is {kind} ('{file.Architecture}'); "
                + "Lamina runs decoders, which generate text, and encoders, which embed it.");
        }
    }

    private static LaminaException Refused(GgufFile file, Offload offload, string errors, Exception? failure)
    {
        if (errors.Contains("unknown model architecture", StringComparison.Ordinal))
        {
            return new UnsupportedModelException(file.Architecture, $"'{file.Path}' is a model of the architecture "
                + $"'{file.Architecture}', which this release of llama.cpp does not know.");
        }

        if (OffloadParameters.NoRoom(offload, errors) is { } reason)
        {
            return new DeviceMemoryException("load model", $"'{file.Path}' could not be loaded: {reason}", failure);
        }

        var said = errors.Length > 0 ? errors : "nothing";
        return new LaminaException(
            "load model", $"llama.cpp could not load '{file.Path}'. It said: {said}", innerException: failure);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte OnProgress(float part, nint state) =>
        GCHandle.FromIntPtr(state).Target is LoadWatcher watcher && watcher.Continue(part) ? (byte)1 : (byte)0;
}
