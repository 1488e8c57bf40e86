using System.Diagnostics;
using TorchSharp;
using TrainTinyModel.Network;
using static TorchSharp.torch;

namespace TrainTinyModel.Training;

/// <summary>Trains a network, from the last checkpoint on.</summary>
internal sealed class Trainer(TrainingSettings settings, LlamaNetwork network, BatchSource source, string checkpoint)
{
    private const int StepsBetweenReports = 20;
    private const int StepsBetweenCheckpoints = 50;

    /// <summary>Trains to the end.</summary>
    /// <param name="report">Is told how it goes.</param>
    /// <param name="cancellationToken">Stops after a step, with a checkpoint.</param>
    public void Run(Action<TrainingReport> report, CancellationToken cancellationToken)
    {
        using var optimizer = new Optimizer(network.Parameters);
        var tensors = network.Parameters.Concat(optimizer.State.Select(pair => KeyValuePair.Create("optimizer." + pair.Key, pair.Value))).ToArray();
        var run = settings.ToString();
        var first = Checkpoint.Load(checkpoint, run, tensors);
        var (loss, secondsPerStep) = (0.0, 0.0);
        var (clock, reported) = (Stopwatch.StartNew(), first);
        for (var step = first; step < settings.TotalSteps; step++)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Checkpoint.Save(checkpoint, run, step, tensors);
                cancellationToken.ThrowIfCancellationRequested();
            }

            var stepLoss = Learn(step);
            optimizer.Step(step, settings.RateAt(step));
            loss = step == first ? stepLoss : loss + (0.05 * (stepLoss - loss));
            var done = step + 1;
            if (done % StepsBetweenReports == 0 || done == settings.TotalSteps)
            {
                var latest = clock.Elapsed.TotalSeconds / (done - reported);
                secondsPerStep = reported == first ? latest : secondsPerStep + (0.2 * (latest - secondsPerStep));
                report(new(
                    done,
                    settings.TotalSteps,
                    loss,
                    settings.TokensPerStep / secondsPerStep,
                    TimeSpan.FromSeconds(secondsPerStep * (settings.TotalSteps - done))));
                reported = done;
                clock.Restart();
            }

            if (done % StepsBetweenCheckpoints == 0 || done == settings.TotalSteps)
            {
                Checkpoint.Save(checkpoint, run, done, tensors);
            }
        }
    }

    private double Learn(int step)
    {
        using var scope = NewDisposeScope();
        var batch = source.Create(step);
        var inputs = tensor(batch.Inputs, [batch.Rows, batch.Length]);
        var places = tensor(batch.Places.ToArray());
        var targets = tensor(batch.Targets.ToArray());
        var logits = network.Logits(network.Forward(inputs).index_select(0, places));
        var loss = nn.functional.cross_entropy(logits, targets);
        loss.backward();
        return loss.item<float>();
    }
}
