using Lamina;
using Lamina.Tokens;
using Samples;
using Spectre.Console;

namespace Search;

/// <summary>Embeds passages, a batch at a time, with a bar on a terminal.</summary>
internal sealed class Indexing(IInferenceEngine engine, VectorFile? file, IAnsiConsole status)
{
    /// <summary>So many that the engine always has enough for its next steps, and so few that the bar moves.</summary>
    private const int BatchSize = 128;

    /// <summary>Passages whose vectors were not known.</summary>
    public int Computed { get; private set; }

    public async Task<SearchIndex> RunAsync(IReadOnlyList<Passage> passages, CancellationToken cancellationToken)
    {
        file?.Read();
        var vectors = passages.Select(passage => file?.Find(passage.Text)).ToArray();
        int[] missing = [.. Enumerable.Range(0, vectors.Length).Where(i => vectors[i] is null)];
        try
        {
            await Bars.RunAsync(status, $"Reading {missing.Length:N0} passages", async report =>
            {
                foreach (var batch in missing.Chunk(BatchSize))
                {
                    await EmbedAsync(passages, batch, vectors, cancellationToken);
                    Computed += batch.Length;
                    report("", (double)Computed / missing.Length);
                }

                return Computed;
            });
        }
        finally
        {
            // Also after Ctrl+C: what was computed need not be computed again.
            if (Computed > 0)
            {
                file?.Write(passages.Select(passage => passage.Text));
            }
        }

        return new(passages, vectors!);
    }

    private async Task EmbedAsync(
        IReadOnlyList<Passage> passages, int[] batch, float[]?[] vectors, CancellationToken cancellationToken)
    {
        var found = await engine.EmbedAsync(
            Array.ConvertAll(batch, i => (Prompt)passages[i].Text), new() { Truncate = true }, cancellationToken);
        foreach (var (i, vector) in batch.Zip(found))
        {
            vectors[i] = vector;
            file?.Add(passages[i].Text, vector);
        }
    }
}
