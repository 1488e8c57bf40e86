using System.CommandLine;
using Samples;

namespace Devices;

/// <summary>The options, and what they ask for.</summary>
internal sealed class CommandLine
{
    private readonly Option<string?> _model = ModelOptions.CreateModel();
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object on one line." };

    public CommandLine()
    {
        TextOption.RefuseEmpty(_model);
        Root = new RootCommand(
            "Shows what models can be computed on here, why not on what else there is a library for, and where a model would go.")
        {
            _model, _json,
        };
    }

    public RootCommand Root { get; }

    public string ReadModel(ParseResult result) => ModelOptions.Read(result, _model);

    public bool IsJson(ParseResult result) => result.GetValue(_json);
}
