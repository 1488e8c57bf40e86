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
                Assert.That(result.Output, Does.Contain("Saved 2 messages").And.Contain("Nothing was said yet.").And.Contain("2 messages are there; ")
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

    [TestCase("/reset")]
    [TestCase("/clear")]
    public async Task Reset_ForgetsWhatWasSaid_AndKeepsWhatTheModelIsTold(string command)
    {
        var result = await RunAsync($"/system Be brief.\nAdd 12 and 30.\n/history\n{command}\n/history\n/retry\n/system\n", CancellationToken.None);

        Assert.That(result.ExitCode, Is.Zero, result.Error);
        var (said, forgotten) = Split(result.Output, "All is forgotten.");
        Assert.That(said, Does.Contain("it is told: Be brief.\n> Add 12 and 30.\n").And.Match("(?s)#### 42.*#### 42"), "once said, once shown");
        Assert.That(forgotten, Is.EqualTo("Nothing was said yet.\nNothing was said yet.\nBe brief.\n"));
    }

    [Test]
    public async Task History_OfALoadedChat_IsThatOfTheSavedOne(CancellationToken cancellationToken)
    {
        var folder = Directory.CreateTempSubdirectory("lamina-chat");
        try
        {
            var file = Path.Combine(folder.FullName, "chat.json");
            var saved = await RunAsync($"Add 12 and 30.\nRoll 3 dice.\n/save {file}\n/history\n", cancellationToken, "--tools");
            var loaded = await RunAsync($"/load {file}\n/history\n", cancellationToken, "--tools");

            var (_, history) = Split(saved.Output, $"to {file}.");
            Assert.That(history, Does.Contain("> Add 12 and 30.\n").And.Match(@"\[\w+ \{.*\}\]\n→ "));
            Assert.That(Split(loaded.Output, "/history shows them.").After, Is.EqualTo(history));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Test]
    public async Task Load_OfNoChat_EndsAScript_AndIsOneLine(CancellationToken cancellationToken)
    {
        var result = await RunAsync($"/load {typeof(ChatSampleTests).Assembly.Location}\n/help\n", cancellationToken);
        result.AssertOneLine(1, "is no saved chat");
    }

    [Test]
    public async Task Terminal_HasColoursAndWholeWords_AndGoesOnAfterErrors(CancellationToken cancellationToken)
    {
        const string question = "Tell me a story about a fox.";
        var plain = await RunAsync(question + "\n", cancellationToken);

        var result = await SampleProcess.RunOnTerminalAsync(
            "Chat", ["--temperature", "0"], [question + "\n", "/load nowhere.json\n", "/help\n", "/quit\n"], cancellationToken);

        Assert.That(result.ExitCode, Is.Zero, result.Output);
        Assert.That(result.Output, Does.Contain($"\e[36m> {question}\n\e[0m"), "what is typed has a colour, which ends with it");
        Assert.That(result.Output, Does.Contain("\e[31merror: ").And.Contain("\e[2m/system [text]"));
        var (_, rest) = Split(result.Output, $"> {question}");
        var story = rest["\e[0m".Length..rest.IndexOf("\e[36m", StringComparison.Ordinal)];
        Assert.That(story.Split('\n').Select(line => line.Length), Has.All.LessThanOrEqualTo(80));
        Assert.That(Words(story), Is.EqualTo(Words(plain.Output)));
    }

    [Test]
    public async Task Tools_Asked_AreCalled(CancellationToken cancellationToken)
    {
        var result = await RunAsync("Roll 3 dice.\n", cancellationToken, "--tools");
        Assert.That(result.Output, Does.Match(@"\[(get_time|calculate|roll_dice) \{.*\}\]\n→ .+\n"));
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

    [Test]
    [Platform(Exclude = "Win", Reason = "There is no kill to send a Ctrl+C with.")]
    public async Task Interrupt_WhereNothingIsReplied_EndsQuietly(CancellationToken cancellationToken)
    {
        using var process = SampleProcess.Start("Chat", []);
        try
        {
            await process.StandardInput.WriteLineAsync("/history".AsMemory(), cancellationToken);
            await process.StandardInput.FlushAsync(cancellationToken);
            Assert.That(await process.StandardOutput.ReadLineAsync(cancellationToken), Is.EqualTo("Nothing was said yet."));
            using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            await kill.WaitForExitAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            Assert.That(process.ExitCode, Is.EqualTo(130));
            Assert.That(await process.StandardError.ReadToEndAsync(cancellationToken), Is.Empty);
        }
        finally
        {
            process.Kill();
        }
    }

    private static (string Before, string After) Split(string output, string line)
    {
        Assert.That(output, Does.Contain(line + "\n"));
        var at = output.IndexOf(line + "\n", StringComparison.Ordinal);
        return (output[..at], output[(at + line.Length + 1)..]);
    }

    private static string[] Words(string text) => text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static Task<SampleResult> RunAsync(string input, CancellationToken cancellationToken, params string[] arguments) =>
        SampleProcess.RunAsync("Chat", [.. arguments, .. arguments is ["--help"] ? Array.Empty<string>() : ["--temperature", "0"]], input, cancellationToken: cancellationToken);
}
