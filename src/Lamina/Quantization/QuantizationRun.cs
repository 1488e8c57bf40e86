using System.Buffers;
using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using Lamina.Gguf;
using Microsoft.Win32.SafeHandles;

namespace Lamina.Quantization;

/// <summary>Converts the tensors of a model, piece by piece, on several threads.</summary>
internal sealed class QuantizationRun : IDisposable
{
    /// <summary>Numbers of a piece, about: enough for a thread to be busy with, few enough to be stopped soon.</summary>
    private const int PieceLength = 1 << 16;

    private readonly IWeightCodec _codec;
    private readonly int _threads;
    private readonly IProgress<QuantizationProgress>? _progress;
    private readonly List<Job> _jobs = [];
    private readonly List<SafeFileHandle> _sources = [];
    private readonly long _byteCount;
    private readonly Lock _gate = new();
    private int _tensorsDone;
    private long _bytesDone;
    private volatile bool _isLossy;

    public QuantizationRun(
        IWeightCodec codec,
        QuantizationPlan plan,
        IReadOnlyList<TargetHeader> headers,
        IReadOnlyList<FileStream> targets,
        QuantizationOptions options,
        IProgress<QuantizationProgress>? progress)
    {
        (_codec, _threads, _progress, _byteCount) = (codec, options.Threads ?? Environment.ProcessorCount, progress, plan.SourceBytes);
        var tensors = plan.Tensors.ToDictionary(static tensor => tensor.Source.Name, StringComparer.Ordinal);
        for (var i = 0; i < targets.Count; i++)
        {
            var part = plan.SourceParts[i];
            targets[i].Flush();
            _sources.Add(File.OpenHandle(part.Path));
            foreach (var tensor in part.Tensors)
            {
                ReadOnlyMemory<float> importance = default;
                _ = options.Importance?.TryGet(tensor.Name, out importance);
                _jobs.Add(new(part, _sources[i], targets[i].SafeFileHandle, tensors[tensor.Name], headers[i].Offsets[tensor.Name])
                {
                    Importance = importance,
                });
            }
        }
    }

    /// <summary>Whether every weight has kept its value.</summary>
    public bool IsLossless => !_isLossy;

    public void Dispose() => _sources.ForEach(static source => source.Dispose());

    public void Execute(CancellationToken cancellationToken)
    {
        var options = new ParallelOptions
        {
            MaxDegreeOfParallelism = _threads,
            CancellationToken = cancellationToken,
        };
        var pieces = Partitioner.Create(_jobs.SelectMany(static job => job.Pieces()), EnumerablePartitionerOptions.NoBuffering);
        try
        {
            Parallel.ForEach(pieces, options, Convert);
        }
        catch (AggregateException exception)
        {
            ExceptionDispatchInfo.Throw(exception.Flatten().InnerExceptions[0]);
        }
    }

    private void Convert(Piece piece)
    {
        var (job, count) = (piece.Job, piece.Rows * piece.Job.Columns);
        var source = ArrayPool<byte>.Shared.Rent(piece.Rows * job.SourceRowBytes);
        var target = ArrayPool<byte>.Shared.Rent(piece.Rows * job.TargetRowBytes);
        var numbers = ArrayPool<float>.Shared.Rent(count);
        try
        {
            var read = source.AsSpan(0, piece.Rows * job.SourceRowBytes);
            Read(job, read, piece.FirstRow * job.SourceRowBytes);
            var written = read;
            if (!job.Tensor.IsCopied)
            {
                written = target.AsSpan(0, piece.Rows * job.TargetRowBytes);
                Convert(job, piece.FirstRow, read, numbers.AsSpan(0, count), written);
            }

            RandomAccess.Write(job.Target, written, job.TargetOffset + piece.FirstRow * job.TargetRowBytes);
            Report(job, piece.Rows, read.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(source);
            ArrayPool<byte>.Shared.Return(target);
            ArrayPool<float>.Shared.Return(numbers);
        }
    }

    private void Convert(Job job, long firstRow, ReadOnlySpan<byte> source, Span<float> numbers, Span<byte> target)
    {
        var (tensor, type) = (job.Tensor.Source, job.Tensor.Type);
        _codec.Decode(tensor.Type, source, numbers);
        var importance = job.Importance.IsEmpty ? default
            : job.Importance.Span.Slice((int)(firstRow / tensor.Length(1)) * job.Columns, job.Columns);
        if (!_codec.Encode(type, numbers, job.Columns, importance, target))
        {
            throw new GgufException(job.Part.Path, $"tensor '{tensor.Name}' holds numbers that are not finite or too large for {type}.");
        }

        if (!_isLossy)
        {
            _isLossy = type.IsQuantized() || !KeepsValues(type, numbers, target);
        }
    }

    private bool KeepsValues(TensorType type, ReadOnlySpan<float> numbers, ReadOnlySpan<byte> target)
    {
        var again = ArrayPool<float>.Shared.Rent(numbers.Length);
        try
        {
            _codec.Decode(type, target, again.AsSpan(0, numbers.Length));
            return numbers.SequenceEqual(again.AsSpan(0, numbers.Length));
        }
        finally
        {
            ArrayPool<float>.Shared.Return(again);
        }
    }

    private static void Read(Job job, Span<byte> destination, long offset)
    {
        for (var done = 0; done < destination.Length;)
        {
            var read = RandomAccess.Read(job.Source, destination[done..], job.SourceOffset + offset + done);
            done += read > 0 ? read : throw new GgufException(job.Part.Path, "it became shorter while it was read.");
        }
    }

    private void Report(Job job, int rows, int bytes)
    {
        lock (_gate)
        {
            _bytesDone += bytes;
            job.RowsLeft -= rows;
            if (job.RowsLeft == 0)
            {
                _progress?.Report(new(job.Tensor.Source.Name, ++_tensorsDone, _jobs.Count, _bytesDone, _byteCount));
            }
        }
    }

    private readonly record struct Piece(Job Job, long FirstRow, int Rows);

    /// <summary>One tensor, from where to where.</summary>
    private sealed class Job(GgufFile part, SafeFileHandle source, SafeFileHandle target, PlannedTensor tensor, long targetOffset)
    {
        public GgufFile Part => part;

        public SafeFileHandle Source => source;

        public SafeFileHandle Target => target;

        public PlannedTensor Tensor => tensor;

        /// <summary>How much each column counts, for one expert after the other; empty where all count alike.</summary>
        public ReadOnlyMemory<float> Importance { get; init; }

        public long SourceOffset => part.DataOffset + tensor.Source.Offset;

        public long TargetOffset => targetOffset;

        public int Columns { get; } = checked((int)tensor.Source.Shape[0]);

        public int SourceRowBytes { get; } = RowBytes(tensor.Source.Type, tensor.Source);

        public int TargetRowBytes { get; } = RowBytes(tensor.Type, tensor.Source);

        public long RowsLeft { get; set; } = tensor.Source.ElementCount / tensor.Source.Shape[0];

        /// <summary>Some rows after others, none of two experts.</summary>
        public IEnumerable<Piece> Pieces()
        {
            var (all, expert) = (RowsLeft, tensor.Source.Length(1));
            var most = Math.Max(PieceLength / Columns, 1);
            for (var row = 0L; row < all;)
            {
                var rows = (int)Math.Min(most, expert - (row % expert));
                yield return new(this, row, rows);
                row += rows;
            }
        }

        private static int RowBytes(TensorType type, GgufTensor tensor) =>
            checked((int)(tensor.Shape[0] / type.GetBlockSize() * type.GetBlockBytes()));
    }
}
