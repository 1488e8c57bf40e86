using System.Diagnostics;
using Lamina.TestSupport;

namespace Lamina.LlamaCpp.Tests.Samples;

/// <summary>samples/Chat, used as a person or a script uses it.</summary>
[CancelAfter(120_000)]
public sealed class ChatSampleTests
{
    [Test]
    public async Task Help_Asked_NamesEveryOption(CancellationToken cancellationToken)
    {
        var result = await RunAsync("", cancellationToken, "--help");
        using (Assert.EnterMultipleScope())
        {
            Assert.That(result.ExitCode, Is.Zero);
            foreach (var option in (string[])["--model", "--system", "--tools", "--load", "--max-thinking", "--hide-thinking", "--overflow",
                "--max-tokens", "--temperature", "--seed", "--stop", "--context-size", "--threads"])
            {
                Assert.That(result.Output, Does.Contain(option));
            }
        }
    }

    [Test]
    public async Task Lines_AreAnswered_AndCommandsDone(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("lamina-chat");
        try
        {
            var file = Path.Combine(folder.FullName, "chat.json");
            var input = $"""
                Add 12 \
                and 30.
                /retry
                /edit Add 20 and 30.
                /save {file}
                /undo
                /retry
                /load {file}
                /stats
                /nothing
                """;
            var result = await RunAsync(input, cancellationToken);
            using (Assert.EnterMultipleScope())
            {
                Assert.That(result.ExitCode, Is.Zero, result.Error);
                Assert.That(result.Output.Split('\n').Count(line => line is "#### 50"), Is.EqualTo(1));
                Assert.That(result.Output, Does.Contain("Saved 2 messages").And.Contain("Nothing was said yet.").And.Contain("2 messages are there.")
                    .And.Contain("tokens/s").And.Contain("/nothing is no command"));
                Assert.That(result.Output, Does.Not.Contain("\e["), "no colours where it is no terminal");
                Assert.That(await File.ReadAllTextAsync(file, cancellationToken), Does.Contain("Add 20 and 30."));
            }

            var loaded = await RunAsync("/stats\n", cancellationToken, "--load", file);
            Assert.That(loaded.Output, Does.Contain("2 messages, 0 of them"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Tools_Asked_AreCalled(CancellationToken cancellationToken)
    {
        var result = await RunAsync("Roll 3 dice.\n", cancellationToken, "--tools");
        Assert.That(result.Output, Does.Match(@"\[(get_time|calculate|roll_dice) \{.*\}\]"));
        Assert.That(result.ExitCode, Is.Zero, result.Error);
    }

    [TestCase("no-such-model.gguf", "--model", "no-such-model.gguf")]
    [TestCase("no-such-chat.json", "--load", "no-such-chat.json")]
    public async Task File_Missing_IsOneLineAndExitCode1(string expected, params string[] arguments)
    {
        var result = await RunAsync("x\n", CancellationToken.None, arguments);
        result.AssertOneLine(1, expected);
    }

    [Test]
    public async Task Usage_Wrong_IsExitCode2(CancellationToken cancellationToken)
    {
        var result = await RunAsync("", cancellationToken, "--overflow", "Shrink");
        result.AssertOneLine(2, "Shrink");
    }

    [Test]
    public async Task Interrupt_WhileItReplies_StopsTheReplyAlone(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("There is no way to send Ctrl+C to one process on Windows.");
        }

        using var process = SampleProcess.Start("Chat", ["--model", TestModels.Require(TestEngines.SmolName), "--max-tokens", "2000", "--temperature", "0"]);
        try
        {
            await process.StandardInput.WriteLineAsync("Write a very long story about a lighthouse, with many chapters.".AsMemory(), cancellationToken);
            await process.StandardInput.FlushAsync(cancellationToken);
            Assert.That(await process.StandardOutput.ReadAsync(new char[1].AsMemory(), cancellationToken), Is.EqualTo(1));
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            await kill.WaitForExitAsync(cancellationToken);
            var line = "";
            while (line is not null && line is not "[stopped]")
            {
                line = await process.StandardOutput.ReadLineAsync(cancellationToken);
            }

            Assert.That(line, Is.Not.Null);
            await process.StandardInput.WriteLineAsync("/stats".AsMemory(), cancellationToken);
            process.StandardInput.Close();
            Assert.That(await process.StandardOutput.ReadToEndAsync(cancellationToken), Does.Contain("messages"));
            await process.WaitForExitAsync(cancellationToken);
            Assert.That(process.ExitCode, Is.Zero);
        }
        finally
        {
            process.Kill();
        }
    }

    private static Task<SampleResult> RunAsync(string input, CancellationToken cancellationToken, params string[] arguments) =>
        SampleProcess.RunAsync("Chat", [.. arguments, .. arguments is ["--help"] ? Array.Empty<string>() : ["--temperature", "0"]], input, cancellationToken: cancellationToken);
}
