using Lamina.Sequences;

namespace Lamina.Workers;

/// <summary>A request with one answer, to which a state may belong.</summary>
/// <param name="progress">Told the part that is loaded, or null.</param>
/// <param name="change">Told what became of the sequence, before the answer is there; or null.</param>
internal sealed class WorkerCall(IProgress<float>? progress = null, Action<SequenceChange>? change = null) : IWorkerReceiver
{
    private readonly TaskCompletionSource<(WorkerMessage Message, byte[] Bytes)> _answer =
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    private readonly Lock _gate = new();
    private StateReceiver? _state;
    private bool _isEnded;

    /// <summary>The answer.</summary>
    public Task<(WorkerMessage Message, byte[] Bytes)> Answer => _answer.Task;

    /// <summary>The state that came before the answer.</summary>
    public SequenceState TakeState() => _state!.Take();

    public bool Receive(WorkerMessage message, byte[] bytes)
    {
        lock (_gate)
        {
            return _isEnded || Take(message, bytes);
        }
    }

    public void End(Exception error)
    {
        lock (_gate)
        {
            if (!_isEnded)
            {
                _isEnded = true;
                _state?.Release();
                _answer.SetException(error);
            }
        }
    }

    private bool Take(WorkerMessage message, byte[] bytes)
    {
        switch (message)
        {
            case WorkerMessage.Progress part:
                progress?.Report(part.Ratio);
                return false;
            case WorkerMessage.State state:
                _state = new(state.Header);
                return false;
            case WorkerMessage.Part:
                _state!.Add(bytes);
                return false;
            case WorkerMessage.Failed failed:
                Tell(failed.Change);
                End(failed.Failure.ToException());
                return true;
            default:
                Tell((message as WorkerMessage.Done)?.Change);
                _isEnded = true;
                _answer.SetResult((message, bytes));
                return true;
        }
    }

    private void Tell(SequenceChange? found)
    {
        if (found is not null)
        {
            change?.Invoke(found);
        }
    }
}
