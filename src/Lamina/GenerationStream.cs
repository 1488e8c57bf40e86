using System.Runtime.CompilerServices;
using Lamina.Scheduling;
using Lamina.Tokens;

namespace Lamina;

/// <summary>Runs a generation and reads its tokens as they come.</summary>
internal static class GenerationStream
{
    /// <summary>Submits a request and gives its tokens; leaving early cancels it.</summary>
    public static async IAsyncEnumerable<Token> ReadAsync(
        DecodeLoop loop,
        GenerationRequest request,
        CancellationBehavior onCancel,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var isFinished = false;
        FinishReason? reason = null;
        using var activity = loop.Instruments.Begin(EngineInstruments.TextCompletion);
        if (cancellationToken.IsCancellationRequested)
        {
            request.Cancel();
        }

        loop.Submit(request);
        try
        {
            using var registration = cancellationToken.UnsafeRegister(
                static state =>
                {
                    var (loop, request) = ((DecodeLoop, GenerationRequest))state!;
                    loop.Cancel(request);
                    request.Close();
                },
                (loop, request));
            while (!request.IsCancelled && await request.Tokens.WaitToReadAsync(default).ConfigureAwait(false))
            {
                while (!request.IsCancelled && request.Tokens.TryRead(out var token))
                {
                    reason = token.FinishReason;
                    isFinished = reason is not null;
                    yield return token;
                }
            }
        }
        finally
        {
            if (!isFinished)
            {
                loop.Cancel(request);
            }

            loop.Instruments.OnGenerated(
                activity, request.Usage, reason, request.Tokens.Completion.Exception?.InnerException);
        }

        if (!isFinished)
        {
            yield return onCancel == CancellationBehavior.Finish
                ? new(-1, "", FinishReason.Cancelled, request.Usage)
                : throw new OperationCanceledException(cancellationToken);
        }
    }
}
