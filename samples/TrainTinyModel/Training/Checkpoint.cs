using System.Collections.Immutable;
using Lamina.Gguf;
using TorchSharp;
using static TorchSharp.torch;

namespace TrainTinyModel.Training;

/// <summary>Where a training stands, in a file: parameters, what the optimizer remembers, and the step. The container is GGUF.</summary>
internal static class Checkpoint
{
    private const string StepKey = "training.step";
    private const string RunKey = "training.run";

    /// <param name="path">The file; an earlier one is replaced once the new one is whole.</param>
    /// <param name="run">The settings that a run has to have to go on from it.</param>
    /// <param name="step">The next step.</param>
    /// <param name="tensors">All tensors.</param>
    public static void Save(string path, string run, int step, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        var writer = new GgufWriter().Set("general.architecture", "checkpoint").Set(RunKey, run).Set(StepKey, step);
        foreach (var (name, tensor) in tensors)
        {
            writer.AddTensor(name, TensorType.F32, Shape(tensor), stream => stream.Write(tensor.bytes));
        }

        writer.Write(path);
    }

    /// <summary>Reads what was saved into the tensors.</summary>
    /// <returns>The next step; 0 where there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is of a run with other settings.</exception>
    public static int Load(string path, string run, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        var file = GgufFile.Read(path);
        if (!string.Equals(file.Metadata.GetString(RunKey), run, StringComparison.Ordinal)
            || !file.Metadata.TryGetInt64(StepKey, out var step))
        {
            throw new InvalidDataException(
                $"{path} is of a training with other settings ({file.Metadata.GetString(RunKey)} instead of {run}). Delete it, or "
                + "train in another folder.");
        }

        using var stream = File.OpenRead(path);
        foreach (var (name, tensor) in tensors)
        {
            var saved = file.Tensors.First(saved => string.Equals(saved.Name, name, StringComparison.Ordinal));
            var bytes = new byte[saved.Size];
            stream.Position = file.DataOffset + saved.Offset;
            stream.ReadExactly(bytes);
            using var noGradients = no_grad();
            tensor.bytes = bytes;
        }

        return (int)step;
    }

    /// <summary>The lengths in the order of GGUF: fastest-varying first.</summary>
    public static ImmutableArray<long> Shape(Tensor tensor) => [.. tensor.shape.Reverse()];
}
