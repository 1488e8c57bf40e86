using System.Runtime.ExceptionServices;
using Lamina.Runtime;

namespace Lamina.Quantization.Quality;

/// <summary>Has a model read the text once, several chunks at a time, and hands out the logits of the scored tokens.</summary>
/// <remarks>Lives on one thread, that of its decoder, and spreads the work on the logits over the thread pool.</remarks>
internal sealed class ChunkReader : IDisposable
{
    private readonly ReadingPlan _plan;
    private readonly IDecoder _decoder;
    private readonly DecodeBatch _batch;
    private readonly List<(int Index, int Position, int Next)> _outputs = [];
    private readonly LogitRow[] _rows;

    public ChunkReader(ILanguageModel model, ReadingPlan plan, int threads)
    {
        _plan = plan;
        _decoder = model.CreateDecoder(plan.DecoderOptions(threads));
        _batch = new(_decoder.Options.BatchSize);
        _rows = [.. Enumerable.Range(0, 4 * Environment.ProcessorCount).Select(_ => new LogitRow(plan.VocabularySize))];
    }

    /// <summary>Reads the text.</summary>
    /// <param name="use">Is given each row, on several threads and in no order.</param>
    /// <param name="report">Is told the part that is read, from 0 to 1.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="LaminaException">The computation failed.</exception>
    public void Read(Action<LogitRow> use, Action<double> report, CancellationToken cancellationToken)
    {
        using var stopping = cancellationToken.Register(_decoder.Abort);
        for (var first = 0; first < _plan.ChunkCount; first += _plan.SequenceCount)
        {
            var count = Math.Min(_plan.SequenceCount, _plan.ChunkCount - first);
            for (var start = 0; start < _plan.ContextSize - 1; start += _plan.Step)
            {
                Fill(first, count, start);
                _decoder.Run(_batch, cancellationToken);
                HandOut(use, cancellationToken);
            }

            for (var sequence = 0; sequence < count; sequence++)
            {
                _decoder.Clear(sequence);
            }

            report((double)(first + count) / _plan.ChunkCount);
        }
    }

    public void Dispose() => _decoder.Dispose();

    /// <summary>Takes the next tokens of each chunk. A chunk's last token is only predicted.</summary>
    private void Fill(int first, int count, int start)
    {
        _batch.Clear();
        _outputs.Clear();
        var end = Math.Min(start + _plan.Step, _plan.ContextSize - 1);
        for (var sequence = 0; sequence < count; sequence++)
        {
            var chunk = first + sequence;
            for (var place = start; place < end; place++)
            {
                var at = (chunk * _plan.ContextSize) + place;
                var isScored = place >= _plan.FirstScored;
                var index = _batch.Add(_plan.Tokens[at], place, sequence, isScored);
                if (isScored)
                {
                    _outputs.Add((index, (chunk * _plan.ScoredPerChunk) + place - _plan.FirstScored, _plan.Tokens[at + 1]));
                }
            }
        }
    }

    private void HandOut(Action<LogitRow> use, CancellationToken cancellationToken)
    {
        for (var done = 0; done < _outputs.Count; done += _rows.Length)
        {
            var count = Math.Min(_rows.Length, _outputs.Count - done);
            for (var i = 0; i < count; i++)
            {
                var (index, position, next) = _outputs[done + i];
                _decoder.GetLogits(index).CopyTo(_rows[i].Logits);
                (_rows[i].Position, _rows[i].Next) = (position, next);
            }

            try
            {
                Parallel.For(0, count, new ParallelOptions { CancellationToken = cancellationToken }, i => use(_rows[i]));
            }
            catch (AggregateException exception) when (exception.InnerException is { } first)
            {
                ExceptionDispatchInfo.Throw(first);
            }
        }
    }
}
