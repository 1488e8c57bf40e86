using Lamina.Sequences;
using Lamina.Tokens;

namespace Lamina.Benchmarks.Soak;

/// <summary>A sequence that stays open over many jobs, and what is done to it.</summary>
/// <param name="caller">Who makes its requests.</param>
/// <param name="sequence">The sequence, which it owns.</param>
/// <param name="isExact">Whether its tokens were computed as if they had always stood where they are.</param>
internal sealed class SoakSequence(SoakCaller caller, ISequence sequence, bool isExact = true) : IDisposable
{
    private const int ProbeLength = 6;

    /// <summary>
    /// What a log-probability may differ by from that of a sequence that was just read: shared cells lie in another
    /// order then, and sums are rounded otherwise, by up to 0.02 on the tiny model.
    /// </summary>
    private const double Tolerance = 0.04;

    /// <summary>
    /// The same for a mixture of experts, judged by the median: a near tie between two experts moves single tokens by
    /// more. What is wrong moves most of them by 0.5 and more.
    /// </summary>
    private const double ExpertTolerance = 0.2;

    private bool _isExact = isExact;

    private int Room => SoakPhase.ContextSize - sequence.Length;

    public static async Task<SoakSequence> OpenAsync(SoakCaller caller, Random random) =>
        new(caller, await caller.Engine.OpenSequenceAsync(new() { Tenant = SoakCaller.Tenant(random) ?? "four" }));

    /// <summary>Does one thing or another to it.</summary>
    public async Task StepAsync(Random random)
    {
        if (sequence.Length == 0 || (Room > 80 && random.Next(3) == 0))
        {
            await AppendAsync(random);
            return;
        }

        if (Room < 60)
        {
            Shorten(random);
            return;
        }

        await (random.Next(12) switch
        {
            < 3 => GenerateAsync(random),
            3 => ForkAsync(random),
            4 => ScoreAsync(random),
            5 => CopyAsync(random),
            6 => FileAsync(),
            7 => CollideAsync(random),
            8 => DisposeForkAsync(random),
            9 => CompareAsync(random),
            _ => Task.Run(() => Shorten(random)),
        });
    }

    public void Dispose() => sequence.Dispose();

    private async Task AppendAsync(Random random)
    {
        var (before, text) = (sequence.Length, caller.Text(random, 60));
        var isCancelled = random.Next(6) == 0;
        using var source = new CancellationTokenSource();
        caller.Counts.Submit(cancellable: isCancelled);
        var call = sequence.AppendAsync(Prompt.FromTokens(text), source.Token);
        if (isCancelled)
        {
            source.CancelAfter(random.Next(8));
        }

        try
        {
            await call;
            Require(sequence.Length == before + text.Length, "an append added other tokens than its own");
        }
        catch (OperationCanceledException) when (isCancelled)
        {
            Require(sequence.Length == before, "an append that was cancelled left tokens");
        }
    }

    private async Task GenerateAsync(Random random)
    {
        var before = sequence.Tokens;
        var options = SoakCaller.Options(random);
        if (caller.CanShift && random.Next(8) == 0)
        {
            _isExact = false;
            options = options with { MaxTokens = 80, Overflow = ContextOverflow.Shift(4) };
        }

        var read = await caller.ReadAsync(sequence.GenerateAsync, options, before.Length, random);
        Require(
            sequence.Tokens.AsSpan().EndsWith([.. read]) || read.Count > sequence.Length,
            "the tokens that were read are not on the sequence");
        Require(
            sequence.Length == before.Length + read.Count || !_isExact,
            $"{read.Count} tokens were read and {sequence.Length - before.Length} added");
    }

    private void Shorten(Random random)
    {
        var tokens = sequence.Tokens;
        var (start, end) = (random.Next(tokens.Length), random.Next(tokens.Length + 1));
        (start, end) = (Math.Min(start, end), Math.Max(start, end));
        if (!caller.CanShift || random.Next(2) == 0 || Room < 60)
        {
            sequence.Rewind(start);
            Require(sequence.Tokens.AsSpan().SequenceEqual(tokens.AsSpan(0, start)), "a rewind kept other tokens");
            _isExact |= start == 0;
        }
        else
        {
            sequence.Trim(start..end);
            Require(sequence.Length == tokens.Length - (end - start), "a trim took other tokens out");
            _isExact &= end == start || end == tokens.Length;
        }
    }

    private async Task ForkAsync(Random random)
    {
        var tokens = sequence.Tokens;
        var forks = Enumerable
            .Range(0, random.Next(1, 4))
            .Select(_ => new SoakSequence(caller, sequence.Fork(), _isExact))
            .ToArray();
        int[] seeds = [.. forks.Select(_ => random.Next())];
        await Task.WhenAll(forks.Zip(seeds, async (fork, seed) =>
        {
            using (fork)
            {
                var choices = new Random(seed);
                for (var i = choices.Next(3); i >= 0; i--)
                {
                    await (fork.Room > 30 ? fork.GenerateAsync(choices) : fork.CompareAsync(choices));
                }

                await fork.CompareAsync(choices);
            }
        }));
        Require(sequence.Tokens.AsSpan().SequenceEqual(tokens.AsSpan()), "a fork changed its origin's tokens");
    }

    private async Task ScoreAsync(Random random)
    {
        var (before, text) = (sequence.Length, caller.Text(random, 30));
        caller.Counts.Submit();
        var score = await sequence.ScoreAsync(Prompt.FromTokens(text));
        Require(score.Tokens.All(token => token.LogProbability is < 0), "a score had tokens without a probability");
        Require(sequence.Length == before, "a score left tokens");
    }

    /// <summary>Takes a state, goes on, and goes back to it, in this sequence and in another.</summary>
    private async Task CopyAsync(Random random)
    {
        var tokens = sequence.Tokens;
        caller.Counts.Submit();
        using var state = await sequence.GetStateAsync();
        using var other = await OpenAsync(caller, random);
        if (random.Next(2) == 0)
        {
            await other.AppendAsync(random);
        }

        other.Set(state, _isExact);
        await other.CompareAsync(random);
        Set(state, _isExact);
        Require(sequence.Tokens.AsSpan().SequenceEqual(tokens.AsSpan()), "a state has other tokens");
    }

    private void Set(SequenceState state, bool exact)
    {
        sequence.SetState(state);
        _isExact = exact;
    }

    private async Task FileAsync()
    {
        var (path, tokens) = (Path.GetTempFileName(), sequence.Tokens);
        try
        {
            caller.Counts.Submit();
            await sequence.SaveAsync(path);
            await sequence.LoadAsync(path);
            Require(sequence.Tokens.AsSpan().SequenceEqual(tokens.AsSpan()), "a file has other tokens");
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>Asks for something while a stream runs.</summary>
    private async Task CollideAsync(Random random)
    {
        using var fork = sequence.Fork();
        caller.Counts.Submit(cancellable: true);
        await foreach (var token in fork.GenerateAsync(SoakCaller.Options(random)))
        {
            await caller.RefuseAsync<InvalidOperationException>(() => Task.Run(() => fork.Rewind(1)));
            await caller.RefuseAsync<InvalidOperationException>(() => fork.AppendAsync("a"));
            break;
        }
    }

    /// <summary>Disposes of a sequence while a stream runs.</summary>
    private async Task DisposeForkAsync(Random random)
    {
        var fork = sequence.Fork();
        var (after, read) = (random.Next(1, 6), 0);
        caller.Counts.Submit(cancellable: true);
        try
        {
            await foreach (var token in fork.GenerateAsync(SoakCaller.Options(random) with { MaxTokens = 20 }))
            {
                if (++read == after)
                {
                    fork.Dispose();
                }
            }

            Require(read < after || read == after, "a stream went on after its sequence was disposed of");
        }
        catch (Exception e) when (e is ObjectDisposedException or OperationCanceledException)
        {
            Require(read >= after, $"a stream ended early: {e.Message}");
        }

        fork.Dispose();
        await caller.RefuseAsync<ObjectDisposedException>(() => fork.AppendAsync("a"));
    }

    /// <summary>Holds what it finds likely against what a sequence does that has just read its tokens.</summary>
    private async Task CompareAsync(Random random)
    {
        if (sequence.Length == 0 || Room < ProbeLength)
        {
            return;
        }

        var probe = Prompt.FromTokens([.. Enumerable.Range(0, ProbeLength).Select(_ => random.Next(3, 259))]);
        caller.Counts.Submit(2);
        var found = await sequence.ScoreAsync(probe);
        var expected = await caller.Engine.ScoreAsync(probe, Prompt.FromTokens(sequence.Tokens.AsSpan()));
        if (!_isExact)
        {
            return;
        }

        double[] differences = [.. found.Tokens
            .Zip(expected.Tokens, (a, b) => Math.Abs((a.LogProbability ?? 0.0) - (b.LogProbability ?? 0.0)))
            .Order()];
        var hasExperts = caller.Engine.Model.Architecture.Contains("moe", StringComparison.Ordinal);
        var difference = hasExperts ? differences[differences.Length / 2] : differences[^1];
        caller.Counts.Compare(difference);
        Require(
            difference < (hasExperts ? ExpertTolerance : Tolerance),
            $"a sequence of {sequence.Length} tokens finds the next ones likely by {difference:F4} otherwise than one "
            + "that has just read them");
    }

    private static void Require(bool condition, string message) => SoakException.Require(condition, message);
}
