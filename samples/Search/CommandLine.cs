using System.CommandLine;
using Samples;

namespace Search;

/// <summary>The arguments and options, and what they mean.</summary>
internal sealed class CommandLine
{
    private const int DefaultTop = 3;

    private static readonly string[] DefaultPatterns = ["*.txt", "*.md"];

    private readonly Argument<string> _folder = new("folder")
    {
        Description = "The folder of texts, with the folders in it.",
    };

    private readonly Argument<string[]> _query = new("query")
    {
        Description = "What to search for. Without it queries are read from standard input, a line each.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    private readonly Option<string?> _model = new("--model", "-m")
    {
        Description = "The embedding model, a GGUF file. Required.",
        HelpName = "file",
    };

    private readonly Option<string[]> _patterns = new("--pattern")
    {
        Description = "Names of the files to read. May be given several times. [default: *.txt and *.md]",
        HelpName = "pattern",
    };

    private readonly Option<int?> _top = NumberOption.Create(
        ["--top", "-k"], "count", "The most passages of an answer.", 1, 1000, DefaultTop);

    private readonly Option<string?> _index = new("--index", "-i")
    {
        Description = "Keep the vectors of passages in this file: the next run computes only those of new text.",
        HelpName = "file",
    };

    private readonly Option<int?> _threads = NumberOption.Create<int>(
        ["--threads"], "count", "Threads to compute with. [default: one for each processor]", 1, 512);

    public CommandLine()
    {
        Root = new RootCommand("Searches a folder of texts by meaning, with an embedding model in a GGUF file. Answers go "
            + "to standard output; progress and errors go to standard error. Ctrl+C stops.")
        {
            _folder,
            _query,
            _model,
            _patterns,
            _top,
            _index,
            _threads,
        };
        Root.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => token.Value.Length == 0))
            {
                result.AddError("The folder or the query is empty.");
            }

            // Any word may be a part of the query; one that was to be an option is not meant so.
            foreach (var word in result.Tokens.Select(token => token.Value).Where(word => word.StartsWith('-') && !word.Contains(' ')))
            {
                result.AddError($"There is no option '{word}'.");
            }
        });
        foreach (Option option in (Option[])[_model, _patterns, _index])
        {
            TextOption.RefuseEmpty(option);
        }
    }

    public RootCommand Root { get; }

    public Arguments Read(ParseResult result)
    {
        var query = string.Join(' ', result.GetValue(_query) ?? []);
        var patterns = result.GetValue(_patterns) ?? [];
        return new(
            result.GetValue(_model) ?? throw new UsageException("There is no model: name an embedding model, a GGUF file, "
                + "with --model. Hugging Face has all-MiniLM-L6-v2 (English, 46 MB) and others as GGUF. See --help."),
            result.GetRequiredValue(_folder),
            query.Length > 0 ? query : null,
            patterns.Length > 0 ? patterns : DefaultPatterns,
            result.GetValue(_top) ?? DefaultTop,
            result.GetValue(_index),
            new() { Threads = result.GetValue(_threads) });
    }
}
