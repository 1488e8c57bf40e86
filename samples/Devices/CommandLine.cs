using System.CommandLine;
using Lamina.LlamaCpp;
using Samples;

namespace Devices;

/// <summary>The options, and what they ask for.</summary>
internal sealed class CommandLine
{
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object on one line." };

    public CommandLine()
    {
        Root = new RootCommand("Shows what models can be computed on here, and why not on what else there is a library for.")
        {
            _json,
        };
    }

    public RootCommand Root { get; }

    public void Run(ParseResult result)
    {
        var inventory = new LlamaCppRuntime().GetDevices();
        using var output = StandardOutput.Open();
        output.Write(result.GetValue(_json) ? InventoryJson.Of(inventory) + "\n" : Report.Of(inventory));
    }
}
