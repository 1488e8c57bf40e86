using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using Lamina.Benchmarks.Batching;

namespace Lamina.Benchmarks.Peers;

/// <summary>llama.cpp's server, over HTTP on this machine: a slot for each stream, and no prompt kept.</summary>
internal sealed class LlamaServerPeer(string path) : IPeer
{
    private static readonly TimeSpan StartTime = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(100);

    public string Name => PeerPaths.LlamaServer.Name;

    public async Task<IPeerSession> OpenAsync(PeerSettings settings, CancellationToken cancellationToken)
    {
        var port = FreePort();
        var process = PeerProcess.Start(
            path,
            "--model", settings.Model,
            "--host", IPAddress.Loopback.ToString(),
            "--port", Text(port),
            "--threads", Text(settings.Threads),
            "--parallel", Text(settings.Streams),
            "--ctx-size", Text(settings.Streams * settings.ContextSize),
            "--n-gpu-layers", "0",
            "--cache-ram", "0");
        var client = new HttpClient { BaseAddress = new($"http://{IPAddress.Loopback}:{port}") };
        var session = new Session(process, client);
        try
        {
            var drain = process.Output.ReadToEndAsync(CancellationToken.None);
            await WaitAsync(process, client, drain, cancellationToken);
            return session;
        }
        catch
        {
            await session.DisposeAsync();
            throw;
        }
    }

    private static async Task WaitAsync(PeerProcess process, HttpClient client, Task ended, CancellationToken cancellationToken)
    {
        for (var started = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(started) < StartTime;)
        {
            if (ended.IsCompleted || process.HasExited)
            {
                throw process.Failure("it ended before it was ready");
            }

            try
            {
                using var answer = await client.GetAsync("/health", cancellationToken);
                if (answer.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(Poll, cancellationToken);
        }

        throw process.Failure($"it was not ready after {StartTime.TotalSeconds} seconds");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Session(PeerProcess process, HttpClient client) : IPeerSession
    {
        public async Task<double> MeasureAsync(PeerTask task, IReadOnlyList<PeerPrompt> prompts, CancellationToken cancellationToken)
        {
            var started = Stopwatch.GetTimestamp();
            try
            {
                var times = await Task.WhenAll(prompts.Select(
                    prompt => Task.Run(() => AskAsync(prompt, task.GeneratedTokens, cancellationToken), cancellationToken)));
                return task.FigureOf(new(times), started);
            }
            catch (HttpRequestException e)
            {
                throw process.Failure($"it does not answer: {e.Message}");
            }
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await process.DisposeAsync();
        }

        /// <summary>When each token came.</summary>
        private async Task<long[]> AskAsync(PeerPrompt prompt, int tokens, CancellationToken cancellationToken)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/completion")
            {
                Content = JsonContent.Create(new
                {
                    prompt = prompt.Tokens,
                    n_predict = tokens,
                    temperature = 0,
                    ignore_eos = true,
                    cache_prompt = false,
                    stream = true,
                }),
            };
            using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            using var lines = new StreamReader(await answer.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellationToken));
            var times = new List<long>(tokens);
            while (await lines.ReadLineAsync(cancellationToken) is { } line)
            {
                for (var left = LlamaServerEvent.CountTokens(line); left > 0; left--)
                {
                    times.Add(Stopwatch.GetTimestamp());
                }
            }

            return times.Count > 0 ? [.. times] : throw process.Failure("it answered without a token");
        }
    }
}
