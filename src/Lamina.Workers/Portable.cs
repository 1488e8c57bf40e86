using Lamina.Scheduling;

namespace Lamina.Workers;

/// <summary>Refuses options that hold code, which cannot go to another process.</summary>
internal static class Portable
{
    /// <exception cref="NotSupportedException">They cannot.</exception>
    public static void Check(GenerationOptions? options)
    {
        const string owner = nameof(GenerationOptions);
        Refuse(
            options?.Samplers is not null,
            $"{owner}.{nameof(options.Samplers)} makes samplers in this process",
            $"name samplers in {nameof(Sampling.SamplingOptions)}.Order instead");
        Refuse(
            options?.Constraint is { Source: null },
            $"{owner}.{nameof(options.Constraint)} is the form of a reply with tools or reasoning, which was made in this process",
            "use an engine of this process for such replies");
    }

    /// <exception cref="NotSupportedException">They cannot.</exception>
    public static void Check(EngineOptions options)
    {
        const string owner = nameof(EngineOptions);
        Refuse(
            options.Samplers is not null,
            $"{owner}.{nameof(options.Samplers)} makes samplers in this process",
            "set it in the loader that the worker hands to WorkerProcess.RunAsync");
        Refuse(
            options.Scheduling is not (null or FirstComeFirstServedPolicy or ShortestFirstPolicy or PriorityPolicy),
            $"{owner}.{nameof(options.Scheduling)} is a policy of this process",
            "set it in the loader that the worker hands to WorkerProcess.RunAsync");
        Refuse(
            options.Quantization?.Options.Importance is not null,
            $"{owner}.{nameof(options.Quantization)} has an importance matrix",
            "quantize the model beforehand");
        Check(options.Generation);
    }

    private static void Refuse(bool isWrong, string what, string better)
    {
        if (isWrong)
        {
            throw new NotSupportedException($"{what}, and the engine is in another; {better}.");
        }
    }
}
