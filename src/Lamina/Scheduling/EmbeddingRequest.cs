using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>Pools a text into one vector, as the model gives it.</summary>
internal sealed class EmbeddingRequest(int[] tokens, TimeSpan submitted)
    : ResultRequest<float[]>(new(tenant: null, isKept: false), new(submitted, 0, tokens.Length, 0))
{
    public override bool IsIndivisible => true;

    public override int FirstOutput => tokens.Length - 1;

    public override void Begin() => Sequence.Tokens.AddRange(tokens);

    public override bool OnOutput(KvCache cache, int index, int position)
    {
        Complete(cache.Decoder.GetEmbedding(Sequence.Slot).ToArray());
        return true;
    }
}
