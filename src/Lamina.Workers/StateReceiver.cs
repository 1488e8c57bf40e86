using Lamina.Sequences;

namespace Lamina.Workers;

/// <summary>Puts a state together from its parts.</summary>
internal sealed class StateReceiver(StateHeader header)
{
    private readonly StateBlock _block = new(
        header.Model, header.Format, header.Tokens[..header.ComputedCount], header.ByteCount)
    {
        ExactLength = header.ExactLength,
    };

    private readonly TaskCompletionSource _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _received;
    private bool _isTaken;

    /// <summary>Ends when all parts are there.</summary>
    public Task Whole => header.ByteCount == 0 ? Task.CompletedTask : _whole.Task;

    public void Add(byte[] part)
    {
        part.CopyTo(_block.Bytes[_received..]);
        _received += part.Length;
        if (_received == header.ByteCount)
        {
            _whole.TrySetResult();
        }
    }

    /// <summary>The state, which the caller disposes of.</summary>
    public SequenceState Take()
    {
        _isTaken = true;
        return new(_block, [.. header.Tokens]);
    }

    /// <summary>Gives its memory back, unless it was taken.</summary>
    public void Release()
    {
        if (!_isTaken)
        {
            _block.Release();
        }
    }
}
