using System.Collections.Immutable;
using Lamina.Workers;
using Microsoft.Extensions.Logging;

namespace Lamina.LlamaCpp.Tests.Workers;

/// <summary>Workers that run the probe program.</summary>
internal static class Probes
{
    public static EngineOptions Options { get; } = new()
    {
        Threads = 1, MaxSequences = 4, ContextSize = 128, Generation = new() { Sampling = new() { Temperature = 0 } },
    };

    public static WorkerOptions Worker(params ImmutableArray<string> arguments) => new()
    {
        FileName = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
        Arguments = [Path.Combine(AppContext.BaseDirectory, "Lamina.WorkerProbe.dll"), .. arguments],
    };

    public static Task<WorkerEngine> StartAsync(
        EngineOptions? options = null, ILoggerFactory? loggers = null, IProgress<float>? progress = null, string? model = null) =>
        WorkerEngine.StartAsync(model ?? TestEngines.TinyPath, options ?? Options, Worker(), progress, loggers);
}
