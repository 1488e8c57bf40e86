using Lamina.Runtime;

namespace Lamina.Scheduling;

/// <summary>Pools a text into one vector, as the model gives it.</summary>
internal sealed class EmbeddingRequest(int[] tokens) : ResultRequest<float[]>
{
    public override int TokenCount => tokens.Length;

    public override bool IsIndivisible => true;

    public override int TokenAt(int position) => tokens[position];

    public override bool WantsOutput(int position) => position == tokens.Length - 1;

    public override bool OnOutput(IDecoder decoder, int index, int position)
    {
        Complete(decoder.GetEmbedding(Sequence).ToArray());
        return true;
    }
}
