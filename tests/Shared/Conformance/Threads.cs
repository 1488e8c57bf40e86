using System.Runtime.ExceptionServices;
using Lamina.Runtime;

namespace Lamina.TestSupport.Conformance;

/// <summary>A decoder belongs to one thread; tests are moved between threads by their awaits.</summary>
public static class Threads
{
    /// <summary>Small sizes.</summary>
    public static DecoderOptions Options { get; } = new()
    {
        ContextSize = 64,
        SequenceCount = 2,
        CellCount = 128,
        BatchSize = 16,
        MicroBatchSize = 8,
        OutputLimit = 4,
        Threads = 1,
        BatchThreads = 1,
    };

    /// <summary>Runs something on a thread of its own, and throws what it throws.</summary>
    public static void Run(Action work)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                work();
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        });
        thread.Start();
        thread.Join();
        failure?.Throw();
    }
}
