using System.Numerics.Tensors;

namespace Search;

/// <summary>Passages with their vectors, of length 1. A search looks at all of them.</summary>
internal sealed class SearchIndex(IReadOnlyList<Passage> passages, IReadOnlyList<float[]> vectors)
{
    /// <summary>Finds the passages nearest to a query's vector; of those that overlap, the nearest.</summary>
    public IReadOnlyList<Hit> Find(float[] query, int top)
    {
        var scores = new float[passages.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            scores[i] = TensorPrimitives.Dot<float>(query, vectors[i]);
        }

        var hits = new List<Hit>();
        foreach (var i in Enumerable.Range(0, scores.Length).OrderByDescending(i => scores[i]))
        {
            if (!hits.Exists(hit => hit.Passage.Overlaps(passages[i])))
            {
                hits.Add(new(passages[i], scores[i]));
                if (hits.Count == top)
                {
                    break;
                }
            }
        }

        return hits;
    }
}
