using System.Runtime.ExceptionServices;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests;

/// <summary>A decoder belongs to one thread; tests are moved between threads by their awaits.</summary>
internal static class Threads
{
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
