using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Lamina.Bindings;
using Lamina.Gguf;
using Lamina.LlamaCpp.Interop;
using Lamina.Placement;
using Lamina.Runtime;
using Microsoft.Extensions.Logging;

namespace Lamina.LlamaCpp;

/// <summary>A model loaded by llama.cpp.</summary>
internal sealed class LlamaModel : ILanguageModel
{
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
        Tokenizer = new VocabularyTokenizer(new LlamaVocabulary(handle), file);
        var info = ModelInfoReader.Read(parts, handle, Tokenizer.VocabularySize);
        Traits = NativeTraits.Read(parts, info, Native.llama_model_n_swa(handle), Native.llama_model_rope_type(handle));
        Offload = offload;
        PoolsByItself = GgufModelInfo.Pooling(file) > 0;
        LargestKvLayer = new KvCacheShapeReader(file).LargestLayer();
        NativeLog.Add(logger);
    }

    public ModelInfo Info => Traits.Info;

    /// <summary>What its decoders must know of it.</summary>
    public NativeTraits Traits { get; }

    public ITokenizer Tokenizer { get; }

    /// <summary>What of it is on which devices.</summary>
    public Offload Offload { get; }

    /// <summary>Whether the file says how embeddings are pooled.</summary>
    public bool PoolsByItself { get; }

    /// <summary>The most numbers that one layer keeps of a token, in its keys or in its values.</summary>
    public long LargestKvLayer { get; }

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
                throw new NativeFailure("llama.cpp", options.Offload, errors).OfLoad(file, watcher.Failure);
            }

            try
            {
                ModelFiles.ThrowIfUnsupported(
                    file,
                    Native.llama_model_has_encoder(handle),
                    Native.llama_model_has_decoder(handle),
                    Native.llama_model_is_diffusion(handle));
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
        return new SequenceDecoder(LlamaContext.Create(_handle, this, options), Traits, options);
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

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static byte OnProgress(float part, nint state) =>
        GCHandle.FromIntPtr(state).Target is LoadWatcher watcher && watcher.Continue(part) ? (byte)1 : (byte)0;
}
