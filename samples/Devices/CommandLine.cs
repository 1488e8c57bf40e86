using System.CommandLine;
using Lamina;
using Lamina.LlamaCpp;
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

    public async Task RunAsync(ParseResult result, CancellationToken cancellationToken)
    {
        var runtime = new LlamaCppRuntime();
        var model = ModelOptions.Read(result, _model);
        var found = new Findings(
            runtime.GetDevices(),
            Path.GetFileName(model),
            await InferenceEngine.PlanPlacementAsync(runtime, model, cancellationToken: cancellationToken));
        using var output = StandardOutput.Open();
        output.Write(result.GetValue(_json) ? FindingsJson.Of(found) + "\n" : Report.Of(found));
    }
}
