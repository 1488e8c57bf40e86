using System.CommandLine;
using Lamina;
using Lamina.LlamaCpp;
using Lamina.Quantization;
using Samples;

namespace Quantize;

/// <summary><c>imatrix</c>: computes an importance matrix.</summary>
internal static class ImportanceCommand
{
    public static Command Create()
    {
        var source = Inputs.Source();
        var text = new Argument<string>("text")
        {
            Description = "A text file, or chats as lines of JSON (.jsonl: {\"messages\": [{\"role\": …, \"content\": …}]}), like what the model is for.",
        };
        var target = new Option<string?>("--output", "-o") { Description = "The file to write. [default: the source's name with .imatrix.gguf]", HelpName = "file" };
        var contextSize = NumberOption.Create(["--context-size", "-c"], "count", "Tokens of a piece of the text.", 2, 1 << 20, 512);
        var chunks = NumberOption.Create<int>(["--chunks"], "count", "The most pieces. [default: all]", 1, int.MaxValue);
        var output = new Option<bool>("--include-output") { Description = "Also for the output matrix." };
        var threads = Inputs.Threads();
        var command = new Command("imatrix", "Computes how much each column of a model's weights matters for a text.")
        {
            source, text, target, contextSize, chunks, output, threads,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var path = Inputs.ReadSource(result, source);
            var options = new ImportanceMatrixOptions
            {
                ContextSize = result.GetValue(contextSize),
                MaxChunks = result.GetValue(chunks),
                IncludeOutput = result.GetValue(output),
                Threads = result.GetValue(threads),
                Dataset = Path.GetFileName(result.GetRequiredValue(text)),
            };
            var file = result.GetValue(target) ?? $"{Path.GetFileNameWithoutExtension(path)}.imatrix.gguf";
            await WriteAsync(path, result.GetRequiredValue(text), file, options, cancellationToken);
            return 0;
        });
        return command;
    }

    private static async Task WriteAsync(
        string source, string text, string target, ImportanceMatrixOptions options, CancellationToken cancellationToken)
    {
        var status = StatusConsole.Open();
        using var model = await Bars.LoadAsync(
            status, source, progress => new LlamaCppRuntime().LoadAsync(source, progress: progress, cancellationToken: cancellationToken));
        var matrix = await Bars.RunAsync(status, "Reading", async report =>
        {
            var progress = new Bars.Progress<float>(part => report(Path.GetFileName(text), part));
            return string.Equals(Path.GetExtension(text), ".jsonl", StringComparison.OrdinalIgnoreCase)
                ? await ImportanceMatrix.ComputeAsync(
                    model, await ChatFile.TokenizeAsync(text, model, cancellationToken), options, progress, cancellationToken)
                : await ImportanceMatrix.ComputeAsync(
                    model, await File.ReadAllTextAsync(text, cancellationToken), options, progress, cancellationToken);
        });
        matrix.Save(target);
        StatusConsole.Line(status, $"{matrix.Tensors.Count()} weights, from {matrix.ChunkCount} pieces of {matrix.ChunkSize} tokens.");
        using var output = StandardOutput.Open();
        output.Write(target + "\n");
    }
}
