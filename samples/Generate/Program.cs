using System.CommandLine;
using System.CommandLine.Invocation;
using Generate;
using Lamina;

var commandLine = new CommandLine();
var parsed = commandLine.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    return Fail(2, string.Join(' ', parsed.Errors.Select(error => error.Message)) + " See --help.");
}

using var interrupt = new Interrupt();
commandLine.Root.SetAction(async (result, _) =>
{
    var generation = new Generation(commandLine.Read(result));
    var finished = await generation.RunAsync(interrupt.Token);
    return finished ? 0 : interrupt.ExitCode;
});

try
{
    return await parsed.InvokeAsync(
        new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
}
catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
{
    return Fail(interrupt.ExitCode, "Stopped before the first token.");
}
catch (UsageException e)
{
    return Fail(2, e.Message);
}
catch (ClosedPipeException)
{
    return ClosedPipeException.ExitCode;
}
catch (ArgumentException e)
{
    // .NET adds the name of the parameter, which is not for people.
    return Fail(1, e.Message.Split(" (Parameter '")[0]);
}
catch (Exception e) when (e is LaminaException or IOException or UnauthorizedAccessException or NotSupportedException)
{
    return Fail(1, e.Message);
}
#pragma warning disable CA1031 // The last resort of a program: a person gets a sentence, never a stack trace.
catch (Exception e)
#pragma warning restore CA1031
{
    return Fail(1, $"Something that this program did not expect: {e.GetType().Name}: {e.Message}");
}

static int Fail(int exitCode, string message)
{
    Console.Error.WriteLine("error: " + message.ReplaceLineEndings(" "));
    return exitCode;
}
