using Lamina.Runtime;

namespace Lamina.Scheduling;

/// <summary>Pools a text into one vector.</summary>
internal sealed class EmbeddingRequest(int[] tokens) : SequenceRequest
{
    private readonly TaskCompletionSource<float[]> _result = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The vector, as the model gives it.</summary>
    public Task<float[]> Result => _result.Task;

    public override int TokenCount => tokens.Length;

    public override bool IsIndivisible => true;

    public override int TokenAt(int position) => tokens[position];

    public override bool WantsOutput(int position) => position == tokens.Length - 1;

    public override bool OnOutput(IDecoder decoder, int index, int position)
    {
        _result.TrySetResult(decoder.GetEmbedding(Sequence).ToArray());
        return true;
    }

    public override void Fail(Exception error) => _result.TrySetException(error);
}
