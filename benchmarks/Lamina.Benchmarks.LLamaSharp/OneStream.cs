using System.Diagnostics;
using Lamina.Benchmarks.Peers;
using LLama;
using LLama.Common;
using LLama.Sampling;

namespace Lamina.Benchmarks.LLamaSharp;

/// <summary>One stream, by the stateless executor.</summary>
internal sealed class OneStream(LLamaWeights model, ModelParams parameters) : IExecutor
{
    private readonly StatelessExecutor _executor = new(model, parameters);

    public async Task<long[][]> RunAsync(LLamaSharpRequest request, long started)
    {
        using var sampling = new GreedySamplingPipeline();
        var times = new List<long>(request.Tokens);
        await foreach (var _ in _executor.InferAsync(request.Texts[0], new InferenceParams { MaxTokens = request.Tokens, SamplingPipeline = sampling }))
        {
            times.Add(Stopwatch.GetTimestamp() - started);
        }

        return times.Count > 0 ? [[.. times]] : throw new InvalidOperationException("The answer was empty.");
    }

    public void Dispose() => _executor.Context.Dispose();
}
