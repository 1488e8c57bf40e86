using System.Globalization;
using Lamina.Benchmarks.Batching;
using Lamina.LlamaCpp;
using Lamina.Quantization;
using Lamina.Tuning;

namespace Lamina.Benchmarks.Tuning;

/// <summary>
/// The defaults beside the best that a full sweep finds, for a file as it is. The best of many noisy figures is too good to be
/// true: the target is held against fresh rounds of the last few settings.
/// </summary>
internal static class DefaultsCommand
{
    private static readonly Target Within = Target.AtMost(1.03);

    /// <summary>Measures.</summary>
    /// <param name="model">The model.</param>
    /// <param name="rounds">How often the last few settings are compared with the defaults.</param>
    /// <param name="cancellationToken">Ends it between turns.</param>
    public static async Task<int> RunAsync(string model, int rounds, CancellationToken cancellationToken)
    {
        var summary = new Report();
        foreach (var load in (Workload[])[Workload.OneStream, Workload.Prompts])
        {
            var options = new TuningOptions
            {
                Workloads = [load],
                DecodeTokens = 64,
                StartCount = 1 << 20,
                FinalRounds = rounds,
                TimeBudget = TimeSpan.FromDays(1),
            };
            var found = await new EngineTuner(new LlamaCppRuntime(), options).TuneAsync(model, new Told(summary), cancellationToken);
            Console.WriteLine(found.ToTable());
            foreach (var (setting, rank) in found.Settings.Skip(1).Where(setting => setting.IsFinalist).Select((setting, rank) => (setting, rank)))
            {
                var what = string.Create(
                    CultureInfo.InvariantCulture,
                    $"{(load == Workload.OneStream ? "decode" : $"prefill {found.PromptTokens}")}: {setting.Label} (± {setting.Spread:F3}; {setting.Rounds} rounds)");
                summary.Add(what, "tokens/s", "defaults", new(found.Baseline.Speeds[0], setting.Speeds[0], setting.Ratio), rank == 0 ? Within : null);
            }
        }

        summary.Write();
        return 0;
    }

    private sealed class Told(Report report) : IProgress<TuningProgress>
    {
        public void Report(TuningProgress value) => report.Say(string.Create(
            CultureInfo.InvariantCulture, $"{value.Phase}, {value.Done} of {value.Total}, {value.Tried} tried, best {value.BestRatio:F3} ({value.Best})"));
    }
}
