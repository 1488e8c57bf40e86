using Lamina.Runtime;

namespace Lamina.Benchmarks.Embeddings;

/// <summary>
/// The baseline: a decoder of the same sizes with nothing around it. Each batch holds as many texts as fit, in their order;
/// their vectors are copied out.
/// </summary>
internal sealed class BareEmbeddings : IDisposable
{
    private readonly DecoderThread _thread;
    private readonly DecodeBatch _batch;
    private readonly int _sequences;

    /// <summary>Makes a decoder of the sizes that an engine of these options pools with.</summary>
    public BareEmbeddings(ILanguageModel model, EngineOptions options)
    {
        var sizes = DecoderPlan.Create(model.Info, options, embeddings: true);
        _thread = new(model, sizes);
        _batch = new(sizes.BatchSize);
        _sequences = sizes.SequenceCount;
    }

    /// <summary>Pools texts, given as tokens.</summary>
    public float[][] Embed(IReadOnlyList<int[]> texts) => _thread.Run(decoder =>
    {
        var vectors = new float[texts.Count][];
        for (var first = 0; first < texts.Count;)
        {
            var next = first;
            for (; next < texts.Count && next - first < _sequences && _batch.Count + texts[next].Length <= _batch.Capacity; next++)
            {
                var tokens = texts[next];
                for (var i = 0; i < tokens.Length; i++)
                {
                    _batch.Add(tokens[i], i, next - first, output: i == tokens.Length - 1);
                }
            }

            var status = decoder.Decode(_batch);
            if (status != DecodeStatus.Success)
            {
                throw new InvalidOperationException($"A batch of {_batch.Count} tokens ended with {status}.");
            }

            for (var text = first; text < next; text++)
            {
                vectors[text] = decoder.GetEmbedding(text - first).ToArray();
                decoder.Clear(text - first);
            }

            _batch.Clear();
            first = next;
        }

        return vectors;
    });

    public void Dispose() => _thread.Dispose();
}
