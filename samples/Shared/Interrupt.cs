using System.Runtime.InteropServices;

namespace Samples;

/// <summary>
/// Ctrl+C and SIGTERM: the first asks the program to end by itself, a second ends it at once.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private Func<bool>? _before;
    private readonly PosixSignalRegistration[] _registrations;

    public Interrupt()
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGINT, context => Handle(context, 130)),
            PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => Handle(context, 143)),
        ];
    }

    public CancellationToken Token => _source.Token;

    /// <summary>By the shells' convention, 128 and the number of the signal.</summary>
    public int ExitCode { get; private set; }

    /// <summary>Lets somebody have Ctrl+C first, until what is returned is disposed of.</summary>
    /// <param name="handle">Returns whether it took it, so that the program goes on. Called on any thread.</param>
    public IDisposable Before(Func<bool> handle)
    {
        _before = handle;
        return new Hook(this);
    }

    public void Dispose()
    {
        foreach (var registration in _registrations)
        {
            registration.Dispose();
        }

        _source.Dispose();
    }

    private void Handle(PosixSignalContext context, int exitCode)
    {
        if (context.Signal == PosixSignal.SIGINT && _before?.Invoke() == true)
        {
            context.Cancel = true;
            return;
        }

        context.Cancel = !_source.IsCancellationRequested;
        ExitCode = exitCode;
        _source.Cancel();
    }

    private sealed class Hook(Interrupt interrupt) : IDisposable
    {
        public void Dispose() => interrupt._before = null;
    }
}
