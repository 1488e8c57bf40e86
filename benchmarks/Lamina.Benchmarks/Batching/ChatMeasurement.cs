using Lamina.Chat;
using Lamina.Runtime;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Batching;

/// <summary>How soon the second turn of a chat is answered, after a short history and after a long one.</summary>
internal sealed class ChatMeasurement : IMeasurement
{
    private const int Short = 200;
    private const int Long = 2000;
    private const string Turn = "And what would you say of all this in one sentence? Please be brief and to the point.";

    /// <summary>How many tokens of the second turn were not known.</summary>
    private int _fresh;

    public string Name => "chat";

    public async Task RunAsync(Bench bench, CancellationToken cancellationToken)
    {
        await using var engine = await bench.OpenEngineAsync(bench.Options(1, 4096));
        var afterShort = await CompareAsync(bench, engine, Short, cancellationToken);
        var afterLong = await CompareAsync(bench, engine, Long, cancellationToken);

        // That a token is compared with all before it is the model's.
        bench.Report.Add(
            "chat: how much longer the long history takes",
            "times",
            "bare loop",
            new(afterLong.Baseline / afterShort.Baseline, afterLong.Found / afterShort.Found, afterLong.Ratio / afterShort.Ratio),
            Target.AtMost(1.2));
    }

    private async Task<Comparison> CompareAsync(Bench bench, IInferenceEngine engine, int history, CancellationToken cancellationToken)
    {
        // The engine's turn says first how many tokens are new.
        await SecondTurnAsync(bench, engine, history);
        var found = await Turns.CompareAsync(
            bench.Rounds,
            warmUps: 1,
            () => Task.FromResult(Compute(bench, history)),
            () => SecondTurnAsync(bench, engine, history),
            bench.Report.Rounds($"chat, {history} tokens"),
            cancellationToken);
        bench.Report.Add($"chat: first token of the second turn after {history} tokens", "ms", "a bare loop's batch", found);
        return found;
    }

    /// <summary>Milliseconds until the first token of a second turn.</summary>
    private async Task<double> SecondTurnAsync(Bench bench, IInferenceEngine engine, int history)
    {
        var options = new ChatSessionOptions { Reply = new() { Generation = Bench.Greedy(4) } };
        var session = new ChatSession(engine, options);
        await session.SendAsync(engine.Tokenizer.Decode(bench.NewPrompt(history)));
        await Task.Delay(200); // what the first turn computed is saved beside the chat
        var reply = await session.SendAsync(Turn);
        _fresh = reply.Usage.PromptTokens - reply.Usage.CachedTokens;
        return _fresh < history / 2
            ? reply.Usage.TimeToFirstToken.TotalMilliseconds
            : throw new InvalidOperationException($"{_fresh} tokens were not known.");
    }

    /// <summary>Milliseconds of a batch of a turn's tokens.</summary>
    private double Compute(Bench bench, int history)
    {
        using var decoder = bench.Model.CreateDecoder(DecoderPlan.ForText(bench.Model.Info, bench.Options(1, 4096)));
        Fill(bench.NewPrompt(history), 0);
        var turn = bench.NewPrompt(_fresh);
        return Turns.Seconds(() => Fill(turn, history)) * 1000;

        void Fill(int[] tokens, int start)
        {
            for (var at = 0; at < tokens.Length; at += decoder.Options.BatchSize)
            {
                var batch = new DecodeBatch(decoder.Options.BatchSize);
                for (var i = at; i < Math.Min(tokens.Length, at + decoder.Options.BatchSize); i++)
                {
                    batch.Add(tokens[i], start + i, 0, i + 1 == tokens.Length);
                }

                decoder.Decode(batch);
            }
        }
    }
}
