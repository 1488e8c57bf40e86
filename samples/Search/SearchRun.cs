using System.Diagnostics;
using System.Globalization;
using System.Text;
using Lamina;
using Lamina.LlamaCpp;
using Samples;
using Spectre.Console;

namespace Search;

/// <summary>Reads the folder, loads the model, makes the index, and answers.</summary>
internal sealed class SearchRun(Arguments arguments)
{
    private readonly IAnsiConsole _status = StatusConsole.Open();

    /// <summary>Runs to the end.</summary>
    /// <returns>False when it was stopped while it waited for a query or answered one.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        var files = TextFolder.FindFiles(arguments.Folder, arguments.Patterns);
        var passages = await TextFolder.ReadAsync(arguments.Folder, files, _status, cancellationToken);
        await using var engine = await LoadAsync(cancellationToken);
        var index = await IndexAsync(engine, files, passages, cancellationToken);
        using var output = StandardOutput.Open();
        if (arguments.Query is { } query)
        {
            output.Write(await AnswerAsync(engine, index, query, cancellationToken));
            return true;
        }

        try
        {
            await AnswerAllAsync(engine, index, output, cancellationToken);
            return true;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }

    private async Task<IInferenceEngine> LoadAsync(CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var engine = await Bars.LoadAsync(
            _status,
            arguments.Model,
            progress => LlamaCpp.LoadAsync(
                arguments.Model, arguments.Engine, progress, cancellationToken: cancellationToken));
        if (engine.Model.IsReranker)
        {
            await engine.DisposeAsync();
            throw new NotSupportedException(
                $"'{engine.Model.Name}' ranks documents and does not embed them; name an embedding model with --model.");
        }

        StatusConsole.Line(_status, StatusConsole.Describe(engine.Model, clock.Elapsed));
        if (engine.Model.CanGenerate)
        {
            StatusConsole.Line(_status, "The model generates text; one that was made for embedding finds better.");
        }

        return engine;
    }

    private async Task<SearchIndex> IndexAsync(
        IInferenceEngine engine, IReadOnlyList<string> files, IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var file = arguments.IndexFile is { } path
            ? new VectorFile(path, engine.Model.Fingerprint, engine.Model.EmbeddingLength)
            : null;
        var indexing = new Indexing(engine, file, _status);
        var index = await indexing.RunAsync(passages, cancellationToken);
        StatusConsole.Line(_status, $"files: {files.Count:N0}; passages: {passages.Count:N0}, of which {indexing.Computed:N0} "
            + $"were read now: {StatusConsole.Count(engine.GetMetrics().PromptTokens)} in {StatusConsole.Seconds(clock.Elapsed)}");
        return index;
    }

    private async Task AnswerAllAsync(
        IInferenceEngine engine, SearchIndex index, StandardOutput output, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        while (true)
        {
            if (!Console.IsInputRedirected)
            {
                _status.Write("? ");
            }

            var line = await Task.Run(reader.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
            if (line is null)
            {
                return;
            }

            if (!string.IsNullOrWhiteSpace(line))
            {
                output.Write(await AnswerAsync(engine, index, line.Trim(), cancellationToken) + "\n");
            }
        }
    }

    private async Task<string> AnswerAsync(
        IInferenceEngine engine, SearchIndex index, string query, CancellationToken cancellationToken)
    {
        var vector = await engine.EmbedAsync(query, new() { Truncate = true }, cancellationToken);
        var text = new StringBuilder();
        foreach (var (passage, score) in index.Find(vector, arguments.Top))
        {
            var lines = passage.FirstLine == passage.LastLine
                ? $"{passage.FirstLine}" : $"{passage.FirstLine}-{passage.LastLine}";
            text.Append(CultureInfo.InvariantCulture, $"{score:F3}  {passage.File}:{lines}\n       {passage.Excerpt}\n");
        }

        return text.ToString();
    }
}
