using System.Diagnostics;
using System.Text;
using Lamina.Packages.Tests.Support;

namespace Lamina.Packages.Tests.Apps;

/// <summary>A web app with an engine from its container.</summary>
[CancelAfter(300_000)]
public sealed class WebAppTests
{
    private const string Program = """
        using Lamina;
        using Lamina.LlamaCpp;

        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddLlamaCpp();
        builder.Services.AddLamina(TinyModel.Path, new EngineOptions { MaxSequences = 4 });
        var app = builder.Build();
        app.MapGet("/story", (IInferenceEngine engine, CancellationToken cancellationToken) => TypedResults.ServerSentEvents(
            engine.GenerateAsync("Once upon a time", new() { MaxTokens = 32 }, cancellationToken).Select(token => token.Text)));
        app.Run();
        """;

    [Test]
    public async Task Run_Web_StreamsTextAndStops(CancellationToken cancellationToken)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("What asks a program to stop here is a signal, which Windows does not have.");
        }

        var app = await App.CreateAsync("web", "site", ["Lamina.Backend.Cpu", "Lamina.TinyModel"], Program);
        var (folder, said) = await app.PublishAsync("deployed", [], cancellationToken);
        Assert.That(said, Does.Not.Contain("warning"));

        using var server = Command.Start(
            Command.Dotnet, [Path.Combine(folder, "site.dll"), "--urls", "http://127.0.0.1:0"], folder);
        try
        {
            var address = await AddressAsync(server.StandardOutput, cancellationToken);
            var story = await StoryAsync(address, cancellationToken);
            Assert.That(story, Has.Count.GreaterThan(3));
            Assert.That(string.Concat(story), Does.Match("[a-z]+ [a-z]+ [a-z]+"));

            await Command.RunAsync("kill", ["-TERM", $"{server.Id}"], folder, cancellationToken: cancellationToken);
            var rest = await server.StandardOutput.ReadToEndAsync(cancellationToken);
            await server.WaitForExitAsync(cancellationToken);
            Assert.That(rest, Does.Contain("Application is shutting down").And.Not.Contain("fail:"));
            Assert.That(server.ExitCode, Is.Zero);
        }
        finally
        {
            server.Kill();
        }
    }

    private static async Task<Uri> AddressAsync(StreamReader log, CancellationToken cancellationToken)
    {
        const string Before = "Now listening on: ";
        var said = new StringBuilder();
        while (await log.ReadLineAsync(cancellationToken) is { } line)
        {
            said.AppendLine(line);
            if (line.IndexOf(Before, StringComparison.Ordinal) is var at and >= 0)
            {
                return new(line[(at + Before.Length)..]);
            }
        }

        throw new AssertionException($"The app did not start: {said}");
    }

    /// <summary>The events of the endpoint, each of them a piece of text.</summary>
    private static async Task<List<string>> StoryAsync(Uri address, CancellationToken cancellationToken)
    {
        const string Data = "data: ";
        var pieces = new List<string>();
        using var client = new HttpClient();
        using var reader = new StreamReader(await client.GetStreamAsync(new Uri(address, "story"), cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith(Data, StringComparison.Ordinal))
            {
                pieces.Add(line[Data.Length..]);
            }
        }

        return pieces;
    }
}
