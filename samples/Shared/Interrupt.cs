using System.Runtime.InteropServices;

namespace Samples;

/// <summary>
/// Ctrl+C and SIGTERM: the first asks the program to end by itself, a second ends it at once.
/// </summary>
internal sealed class Interrupt : IDisposable
{
    private readonly CancellationTokenSource _source = new();
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
        context.Cancel = !_source.IsCancellationRequested;
        ExitCode = exitCode;
        _source.Cancel();
    }
}
