using System.Diagnostics;
using Lamina.Benchmarks.Peers;
using LLama;
using LLama.Batched;
using LLama.Common;
using LLama.Native;
using LLama.Sampling;

namespace Lamina.Benchmarks.LLamaSharp;

/// <summary>Many streams at once, by the batched executor: a conversation for each.</summary>
internal sealed class ManyStreams(LLamaWeights model, ModelParams parameters) : IExecutor
{
    private readonly BatchedExecutor _executor = new(model, parameters);

    public async Task<long[][]> RunAsync(LLamaSharpRequest request, long started)
    {
        var streams = request.Prompts.Select(prompt => new Stream(_executor, prompt)).ToArray();
        try
        {
            while (streams.Any(stream => stream.Times.Count < request.Tokens))
            {
                var result = await _executor.Infer();
                if (result != DecodeResult.Ok)
                {
                    throw new InvalidOperationException($"A batch ended with {result}.");
                }

                foreach (var stream in streams)
                {
                    stream.Sample(started, request.Tokens);
                }
            }

            return [.. streams.Select(stream => (long[])[.. stream.Times])];
        }
        finally
        {
            foreach (var stream in streams)
            {
                stream.Dispose();
            }
        }
    }

    public void Dispose() => _executor.Dispose();

    private sealed class Stream : IDisposable
    {
        private readonly Conversation _conversation;
        private readonly GreedySamplingPipeline _sampling = new();
        private readonly StreamingTokenDecoder _text;

        public Stream(BatchedExecutor executor, int[] prompt)
        {
            _text = new(executor.Context);
            _conversation = executor.Create();
            _conversation.Prompt(Array.ConvertAll(prompt, token => (LLamaToken)token));
        }

        public List<long> Times { get; } = [];

        /// <summary>Takes a token and asks for the next one, until there are enough.</summary>
        public void Sample(long started, int tokens)
        {
            if (!_conversation.RequiresSampling || Times.Count == tokens)
            {
                return;
            }

            var token = _conversation.Sample(_sampling);
            _text.Add(token);
            _ = _text.Read();
            Times.Add(Stopwatch.GetTimestamp() - started);
            if (Times.Count < tokens)
            {
                _conversation.Prompt(token);
            }
        }

        public void Dispose()
        {
            _conversation.Dispose();
            _sampling.Dispose();
        }
    }
}
