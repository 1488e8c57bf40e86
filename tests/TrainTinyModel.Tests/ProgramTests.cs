using System.Diagnostics;

namespace TrainTinyModel.Tests;

/// <summary>The program, as a person runs it, at the size that is there for this.</summary>
[CancelAfter(240_000)]
internal sealed class ProgramTests
{
    [Test]
    public async Task Run_Killed_GoesOnAndMakesTheSameModel(CancellationToken cancellationToken)
    {
        using var folder = new TemporaryFolder();
        using (var killed = Start(folder.File("killed")))
        {
            while (!File.Exists(Path.Combine(folder.File("killed"), "test.checkpoint")))
            {
                Assert.That(killed.HasExited, Is.False, "It ended before it could be killed.");
                await Task.Delay(20, cancellationToken);
            }

            killed.Kill();
            await killed.WaitForExitAsync(cancellationToken);
        }

        Assert.That(Path.Combine(folder.File("killed"), "lamina-test.gguf"), Does.Not.Exist);
        var resumed = await RunAsync(folder.File("killed"), cancellationToken);
        var whole = await RunAsync(folder.File("whole"), cancellationToken);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(resumed.ExitCode, Is.Zero, resumed.Error);
            Assert.That(resumed.Error, Does.Not.Contain("step 20 of 60").And.Contain("step 60 of 60"));
            Assert.That(whole.Error, Does.Contain("step 20 of 60").And.Contain("left"));
            Assert.That(whole.Output, Does.Contain("| `add-3` |").And.Contain("| `tool-call` |"));
            Assert.That(
                await File.ReadAllBytesAsync(Path.Combine(folder.File("killed"), "lamina-test.gguf"), cancellationToken),
                Is.EqualTo(await File.ReadAllBytesAsync(Path.Combine(folder.File("whole"), "lamina-test.gguf"), cancellationToken)));
        }
    }

    [Test]
    public async Task Run_WithoutAFolder_IsOneLineAndExitCode2(CancellationToken cancellationToken)
    {
        using var process = Start();
        var error = await process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(process.ExitCode, Is.EqualTo(2));
            Assert.That(error.TrimEnd(), Does.StartWith("error: ").And.Contain("--output").And.Not.Contain("\n"));
        }
    }

    private static async Task<(int ExitCode, string Output, string Error)> RunAsync(string folder, CancellationToken cancellationToken)
    {
        using var process = Start(folder);
        var output = process.StandardOutput.ReadToEndAsync(cancellationToken);
        var error = process.StandardError.ReadToEndAsync(cancellationToken);
        await process.WaitForExitAsync(cancellationToken);
        return (process.ExitCode, await output, await error);
    }

    private static Process Start(string? folder = null)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList = { typeof(TrainingRun).Assembly.Location },
        };
        foreach (var argument in folder is null ? Array.Empty<string>() : ["--output", folder, "--size", "test"])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }
}
