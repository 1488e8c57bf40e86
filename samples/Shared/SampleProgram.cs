using System.CommandLine;
using System.CommandLine.Invocation;
using Lamina;

namespace Samples;

/// <summary>Runs a sample from its command line to its exit code; whatever goes wrong is one line.</summary>
internal static class SampleProgram
{
    /// <param name="root">The command line.</param>
    /// <param name="args">What the program was called with; a value may begin with "@" or "-".</param>
    /// <param name="stopped">What to say where it is stopped before it has anything to report.</param>
    /// <param name="run">The program; returns the exit code. Null where the commands of the command line have their actions.</param>
    public static async Task<int> RunAsync(
        RootCommand root, string[] args, string stopped, Func<ParseResult, Interrupt, Task<int>>? run = null)
    {
        root.Directives.Clear();
        var parsed = root.Parse(
            args, new ParserConfiguration { EnablePosixBundling = false, ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
        {
            return Fail(2, string.Join(' ', parsed.Errors.Select(error => error.Message)) + " See --help.");
        }

        using var interrupt = new Interrupt();
        if (run is not null)
        {
            root.SetAction((result, _) => run(result, interrupt));
        }

        try
        {
            return await parsed.InvokeAsync(
                new InvocationConfiguration
                {
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                },
                interrupt.Token);
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            return Fail(interrupt.ExitCode, stopped);
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
        catch (Exception e) when (e is LaminaException or IOException or InvalidDataException
            or UnauthorizedAccessException or NotSupportedException)
        {
            return Fail(1, e.Message);
        }
#pragma warning disable CA1031 // The last resort of a program: a person gets a sentence, never a stack trace.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return Fail(1, $"Something that this program did not expect: {e.GetType().Name}: {e.Message}");
        }
    }

    private static int Fail(int exitCode, string message)
    {
        Console.Error.WriteLine("error: " + OptionNames.In(message).ReplaceLineEndings(" "));
        return exitCode;
    }
}
