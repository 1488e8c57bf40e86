using Lamina.Bindings;
using Lamina.Gguf;
using Lamina.Runtime;
using LLama.Exceptions;
using LLama.Native;
using Microsoft.Extensions.Logging;

namespace Lamina.LLamaSharp;

/// <summary>
/// A model loaded by LLamaSharp. Its handle lives as long as a decoder does, since LLamaSharp's contexts are of no use
/// once it is closed.
/// </summary>
internal sealed class LLamaSharpModel : ILanguageModel
{
    private readonly SafeLlamaModelHandle _handle;
    private readonly ILogger _logger;
    private readonly Lock _gate = new();
    private readonly NativeTraits _traits;
    private int _decoders;
    private bool _isDisposed;

    private LLamaSharpModel(SafeLlamaModelHandle handle, IReadOnlyList<GgufFile> parts, Offload offload, ILogger logger)
    {
        var file = parts[0];
        _handle = handle;
        _logger = logger;
        Tokenizer = new VocabularyTokenizer(new LLamaSharpVocabulary(handle, file), file);
        _traits = NativeTraits.Read(parts, Describe(parts), handle.SWACount, (int)handle.RopeType);
        Offload = offload;
        Pooling = GgufModelInfo.Pooling(file);
        ClassCount = file.Metadata.GetArray($"{file.Architecture}.classifier.output_labels")?.Count ?? 1;
        NativeLog.Add(logger);
    }

    public ModelInfo Info => _traits.Info;

    public ITokenizer Tokenizer { get; }

    /// <summary>What of it is on which devices.</summary>
    public Offload Offload { get; }

    /// <summary>How the file says that embeddings are pooled, or 0 where it says nothing.</summary>
    public int Pooling { get; }

    /// <summary>How many scores a reranking model gives.</summary>
    public int ClassCount { get; }

    public static unsafe LLamaSharpModel Load(
        IReadOnlyList<GgufFile> parts,
        ModelLoadOptions options,
        ILogger logger,
        IProgress<float>? progress,
        CancellationToken cancellationToken)
    {
        var file = parts[0];
        var watcher = new LoadWatcher(progress, cancellationToken);
        var offload = new OffloadParameters(options.Offload);
        var parameters = LLamaModelParams.Default();
        offload.Write(ref parameters);
        parameters.check_tensors = options.CheckTensors;
        parameters.progress_callback = (part, _) => watcher.Continue(part);
        NativeLog.Add(logger);
        NativeLog.BeginErrors();
        SafeLlamaModelHandle? handle = null;
        try
        {
            handle = SafeLlamaModelHandle.LoadFromFile(file.Path, parameters);
            ModelFiles.ThrowIfUnsupported(file, handle.HasEncoder, handle.HasDecoder, handle.IsDiffusion);
            return new(handle, parts, options.Offload, logger);
        }
        catch (LoadWeightsFailedException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new NativeFailure("LLamaSharp", options.Offload, NativeLog.EndErrors()).OfLoad(file, watcher.Failure);
        }
        catch
        {
            handle?.Dispose();
            throw;
        }
        finally
        {
            NativeLog.EndErrors();
            NativeLog.Remove(logger);
            GC.KeepAlive(parameters.progress_callback);
            GC.KeepAlive(offload);
        }
    }

    public IDecoder CreateDecoder(DecoderOptions options)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _decoders++;
        }

        LLamaSharpContext context;
        try
        {
            context = LLamaSharpContext.Create(_handle, this, options);
        }
        catch
        {
            Release();
            throw;
        }

        return new SequenceDecoder(context, _traits, options);
    }

    /// <summary>Told by each context when it is disposed of.</summary>
    public void Release()
    {
        lock (_gate)
        {
            _decoders--;
            FreeUnused();
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
            NativeLog.Remove(_logger);
            FreeUnused();
        }
    }

    private void FreeUnused()
    {
        if (_isDisposed && _decoders == 0)
        {
            _handle.Dispose();
        }
    }

    private ModelInfo Describe(IReadOnlyList<GgufFile> parts)
    {
        var header = GgufModelInfo.Read(parts);
        var hasOwnLength = parts[0].Metadata.TryGetInt64($"{header.Architecture}.embedding_length_out", out var length) && length > 0;
        return header with
        {
            ParameterCount = (long)_handle.ParameterCount,
            SizeBytes = (long)_handle.SizeInBytes,
            ContextLength = _handle.ContextSize,
            EmbeddingLength = hasOwnLength ? (int)length : _handle.EmbeddingSize,
            VocabularySize = Tokenizer.VocabularySize,
            Memory = Memory(header),
            Fingerprint = GgufFingerprint.Compute(parts),
            CanGenerate = header.CanGenerate && _handle.HasDecoder,
        };
    }

    /// <summary>LLamaSharp does not tell of recurrent layers beside attention; the file's tensors do.</summary>
    private MemoryKind Memory(ModelInfo header) =>
        _handle.IsRecurrent ? MemoryKind.Recurrent
        : header.Compute.RecurrentElements > 0 || header.Architecture is "deepseek4" ? MemoryKind.Hybrid
        : _handle.SWACount > 0 ? MemoryKind.SlidingWindow
        : MemoryKind.Attention;
}
