using System.CommandLine;
using Samples;

namespace TrainTinyModel;

/// <summary>The options, and what they mean.</summary>
internal sealed class CommandLine
{
    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "The folder for the vocabulary, the checkpoints and the models. A training that was stopped there goes on.",
        HelpName = "folder",
        Required = true,
    };

    private readonly Option<ModelSize> _size = new("--size")
    {
        Description = "tiny: the model; draft: the small one for speculation; test: finishes within two minutes, and can do nothing.",
        DefaultValueFactory = _ => ModelSize.Tiny,
    };

    private readonly Option<int?> _steps = NumberOption.Create<int>(
        ["--steps"], "count", "Steps of training. [default: as the size needs]", 1, 1_000_000);

    private readonly Option<int?> _seed = NumberOption.Create(
        ["--seed", "-s"], "number", "Decides the texts and where the training begins.", 0, int.MaxValue, 1);

    private readonly Option<int?> _threads = NumberOption.Create<int>(
        ["--threads"], "count", "Threads to compute with. [default: one for each processor]", 1, 512);

    public CommandLine() => Root = new RootCommand(
        "Makes Lamina's tiny model: writes the texts, finds the vocabulary, trains the network, tests it, and writes it as a "
        + "GGUF file. Ctrl+C stops; the same command then goes on where it was.")
    {
        _output,
        _size,
        _steps,
        _seed,
        _threads,
    };

    public RootCommand Root { get; }

    public Arguments Read(ParseResult result) => new(
        result.GetRequiredValue(_output),
        result.GetValue(_size),
        result.GetValue(_steps),
        result.GetValue(_seed) ?? 1,
        result.GetValue(_threads));
}
