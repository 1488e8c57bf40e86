using System.Collections.Concurrent;
using Lamina.Runtime;

namespace Lamina.Benchmarks;

/// <summary>A decoder on a thread of its own, to which it belongs.</summary>
internal sealed class DecoderThread : IDisposable
{
    private readonly BlockingCollection<Action<IDecoder>> _work = [];
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Thread _thread;

    public DecoderThread(ILanguageModel model, DecoderOptions options)
    {
        _thread = new(() => Loop(model, options)) { IsBackground = true, Name = "bare decoder" };
        _thread.Start();
        _started.Task.GetAwaiter().GetResult();
    }

    /// <summary>Does something with the decoder, and waits for it.</summary>
    public T Run<T>(Func<IDecoder, T> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(decoder =>
        {
            try
            {
                result.SetResult(work(decoder));
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        });
        return result.Task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        _thread.Join();
        _work.Dispose();
    }

    private void Loop(ILanguageModel model, DecoderOptions options)
    {
        try
        {
            using var decoder = model.CreateDecoder(options);
            _started.SetResult();
            foreach (var work in _work.GetConsumingEnumerable())
            {
                work(decoder);
            }
        }
        catch (Exception e)
        {
            _started.TrySetException(e);
        }
    }
}
