using Samples;

namespace StructuredOutput;

/// <summary>Standard output: for people texts and answers as they come, in colours; for programs one line of JSON a text.</summary>
internal sealed class Screen(bool isJson) : IDisposable
{
    private readonly bool _hasColours = isJson && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private readonly StandardOutput _output = StandardOutput.Open();
    private JsonColours _colours = new();
    private bool _isOpen;

    private static bool IsTerminal => !Console.IsOutputRedirected;

    /// <summary>Begins with a text.</summary>
    public void Begin(string text)
    {
        (_colours, _isOpen) = (new(), true);
        if (IsTerminal)
        {
            _output.Write(text + Environment.NewLine);
        }
    }

    /// <summary>Shows a part of its answer.</summary>
    public void Show(string part)
    {
        if (IsTerminal)
        {
            _output.Write(_hasColours ? _colours.Paint(part) : part);
        }
    }

    /// <summary>Ends the answer.</summary>
    /// <param name="json">All of it; null where there is none.</param>
    public void End(string? json)
    {
        _isOpen = false;
        _output.Write(!IsTerminal ? (json ?? "null") + "\n" : (_hasColours ? JsonColours.Plain : "") + Environment.NewLine);
    }

    public void Dispose()
    {
        if (_isOpen && IsTerminal)
        {
            End(null); // stopped in the middle: a shell's prompt starts a line of its own, in its own colour
        }

        _output.Dispose();
    }
}
