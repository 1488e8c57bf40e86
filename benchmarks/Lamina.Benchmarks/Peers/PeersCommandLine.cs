using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Lamina.Benchmarks.Batching;
using Spectre.Console;

namespace Lamina.Benchmarks.Peers;

/// <summary>The verbs <c>peers</c> and <c>curve</c>.</summary>
internal sealed class PeersCommandLine
{
    private readonly Option<string> _model = new("--model") { Description = "the GGUF file that all run", Required = true };
    private readonly Option<int> _threads = new("--threads")
    {
        Description = "threads of each",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly Option<int> _rounds;
    private readonly Option<string?> _server = OfPeer(PeerPaths.LlamaServer, "llama-server", "PATH");
    private readonly Option<string?> _bench = OfPeer(PeerPaths.LlamaBench, "llama-bench", "PATH");
    private readonly Option<string?> _sharp = OfPeer(PeerPaths.LLamaSharp, "a program that runs LLamaSharp", "the one built beside this");

    private PeersCommandLine(int rounds)
    {
        _rounds = new("--rounds") { Description = "how often all take turns", DefaultValueFactory = _ => rounds };
        _model.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } path && !File.Exists(path))
            {
                result.AddError($"There is no model '{path}'.");
            }
        });
        _threads.Validators.Add(AddErrorIfLessThanOne);
        _rounds.Validators.Add(AddErrorIfLessThanOne);
    }

    public static Command CreatePeers()
    {
        var line = new PeersCommandLine(rounds: 5);
        var streams = OfStreams(1, 4, 8, 16);
        var command = line.Create("peers", "Lamina beside llama-server, llama-bench and LLamaSharp, those that are here, turn by turn.", streams);
        command.SetAction(async (result, cancellationToken) =>
        {
            var arguments = line.Read(result, streams);
            PeerTask[] tasks = [PeerTask.Prefill(), PeerTask.FirstToken(), .. arguments.Streams.Select(PeerTask.Decode)];
            WriteTable(await new PeerRun(arguments, new Report().Say).MeasureAsync(tasks, cancellationToken));
            return 0;
        });
        return command;
    }

    public static Command CreateCurve()
    {
        var line = new PeersCommandLine(rounds: 3);
        var streams = OfStreams(1, 2, 4, 8, 16, 32);
        var output = new Option<string>("--output", "-o") { Description = "the picture", DefaultValueFactory = _ => "curve.svg" };
        var command = line.Create("curve", "Tokens a second by the number of streams, as a picture (SVG) and a table.", streams);
        command.Options.Add(output);
        command.SetAction(async (result, cancellationToken) =>
        {
            var arguments = line.Read(result, streams);
            var results = await new PeerRun(arguments, new Report().Say).MeasureAsync([.. arguments.Streams.Select(PeerTask.Decode)], cancellationToken);
            var title = string.Create(
                CultureInfo.InvariantCulture,
                $"{Path.GetFileNameWithoutExtension(arguments.Model)}: tokens a second by streams (threads: {arguments.Threads})");
            await File.WriteAllTextAsync(result.GetValue(output)!, ThroughputChart.Draw(results, title), cancellationToken);
            WriteTable(results);
            return 0;
        });
        return command;
    }

    private static Option<string?> OfPeer(PeerPaths paths, string what, string otherwise) => new(paths.Option)
    {
        Description = $"{what}; else what {paths.Variable} names, else {otherwise}",
    };

    private static Option<int[]> OfStreams(params int[] usual) => new("--streams")
    {
        Description = "numbers of streams, with commas between",
        DefaultValueFactory = _ => usual,
        CustomParser = result =>
        {
            var numbers = new List<int>();
            foreach (var text in result.Tokens.SelectMany(token => token.Value.Split(',')))
            {
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0)
                {
                    numbers.Add(number);
                }
                else
                {
                    result.AddError($"'{text}' is not a number of streams, of which there is at least 1.");
                }
            }

            return [.. numbers.Distinct().Order()];
        },
    };

    private static void AddErrorIfLessThanOne(OptionResult result)
    {
        if (!result.Errors.Any() && result.GetValueOrDefault<int>() < 1)
        {
            result.AddError($"{result.Option.Name} must be at least 1.");
        }
    }

    private static void WriteTable(PeerResults results)
    {
        AnsiConsole.Profile.Width = 240; // a row is a line
        PeersTable.Write(results, AnsiConsole.Console);
    }

    private Command Create(string name, string description, Option streams) => new(name, description)
    {
        _model, _threads, streams, _rounds, _server, _bench, _sharp,
    };

    private PeerArguments Read(ParseResult result, Option<int[]> streams) => new(
        result.GetRequiredValue(_model),
        result.GetValue(_threads),
        result.GetValue(streams)!,
        result.GetValue(_rounds),
        result.GetValue(_server),
        result.GetValue(_bench),
        result.GetValue(_sharp));
}
