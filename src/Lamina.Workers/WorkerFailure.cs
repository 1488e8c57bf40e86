using System.Globalization;
using System.Runtime.ExceptionServices;
using Lamina.Sequences;

namespace Lamina.Workers;

/// <summary>An exception on its way to another process, where one of the same type is thrown.</summary>
/// <param name="Type">The name of its type.</param>
/// <param name="Message">Its message.</param>
/// <param name="Stack">Where it was thrown.</param>
/// <param name="Detail">What else the type holds: an operation, a path, an argument.</param>
/// <param name="First">A first number that the type holds.</param>
/// <param name="Second">A second number that the type holds.</param>
/// <param name="Value">The value that was wrong.</param>
internal sealed record WorkerFailure(
    string Type, string Message, string? Stack, string? Detail = null, long? First = null, long? Second = null, string? Value = null)
{
    public static WorkerFailure Of(Exception error)
    {
        var plain = new WorkerFailure(error.GetType().Name, error.Message, error.StackTrace);
        return error switch
        {
            ContextFullException e => plain with { Detail = e.Operation, First = e.TokenCount, Second = e.ContextSize },
            MemoryLimitException e => plain with
            {
                Message = e.Message[..e.Message.LastIndexOf(" About ", StringComparison.Ordinal)],
                Detail = e.Operation,
                First = e.RequiredBytes,
                Second = e.LimitBytes,
            },
            GgufException e => plain with { Message = FaultOf(e.Message), Detail = e.Path },
            SessionFileException e => plain with { Message = FaultOf(e.Message), Detail = e.Path, First = (long)e.Reason },
            UnsupportedModelException e => plain with { Detail = e.Architecture },
            NativeLibraryException => plain,
            LaminaException e => plain with { Type = nameof(LaminaException), Detail = e.Operation, First = e.NativeStatus },
            FileNotFoundException e => plain with { Detail = e.FileName },
            ArgumentOutOfRangeException e => plain with
            {
                Message = WithoutParameter(e), Detail = e.ParamName, Value = Convert.ToString(e.ActualValue, CultureInfo.InvariantCulture),
            },
            ArgumentException e => plain with { Message = WithoutParameter(e), Detail = e.ParamName },
            ObjectDisposedException e => plain with { Message = e.Message.Split(Environment.NewLine)[0], Detail = e.ObjectName },
            OperationCanceledException => plain with { Type = nameof(OperationCanceledException) },
            DirectoryNotFoundException or IOException or UnauthorizedAccessException or NotSupportedException
                or InvalidOperationException => plain,
            _ => plain with { Type = nameof(LaminaException), Message = $"{error.GetType()}: {error.Message}", Detail = "work" },
        };
    }

    public Exception ToException()
    {
        Exception error = Type switch
        {
            nameof(ContextFullException) => new ContextFullException(Detail!, (int)First!, (int)Second!),
            nameof(MemoryLimitException) => new MemoryLimitException(Detail!, Message, First!.Value, Second!.Value),
            nameof(GgufException) => new GgufException(Detail!, Message),
            nameof(SessionFileException) => new SessionFileException(Detail, (SessionFileFault)First!, Message),
            nameof(UnsupportedModelException) => new UnsupportedModelException(Detail!, Message),
            nameof(NativeLibraryException) => new NativeLibraryException(Message),
            nameof(FileNotFoundException) => new FileNotFoundException(Message, Detail),
            nameof(ArgumentNullException) => new ArgumentNullException(Detail, Message),
            nameof(ArgumentOutOfRangeException) => new ArgumentOutOfRangeException(Detail, Value, Message),
            nameof(ArgumentException) => new ArgumentException(Message, Detail),
            nameof(ObjectDisposedException) => new ObjectDisposedException(Detail, Message),
            nameof(OperationCanceledException) => new OperationCanceledException(Message),
            nameof(DirectoryNotFoundException) => new DirectoryNotFoundException(Message),
            nameof(UnauthorizedAccessException) => new UnauthorizedAccessException(Message),
            nameof(NotSupportedException) => new NotSupportedException(Message),
            nameof(InvalidOperationException) => new InvalidOperationException(Message),
            nameof(LaminaException) => new LaminaException(Detail!, Message, (int?)First),
            _ => new IOException(Message),
        };
        return Stack is null ? error : ExceptionDispatchInfo.SetRemoteStackTrace(error, Stack);
    }

    /// <summary>The part of a message that its exception is made from.</summary>
    private static string FaultOf(string message)
    {
        const string after = "cannot be used: ";
        return message[(message.IndexOf(after, StringComparison.Ordinal) + after.Length)..];
    }

    private static string WithoutParameter(ArgumentException error)
    {
        var at = error.ParamName is null ? -1 : error.Message.LastIndexOf($" (Parameter '{error.ParamName}')", StringComparison.Ordinal);
        return at < 0 ? error.Message : error.Message[..at];
    }
}
