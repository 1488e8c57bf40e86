using Lamina.Chat;
using Samples;

namespace ChatSample;

/// <summary>What is shown: replies on standard output, in colours where that is a terminal.</summary>
internal sealed class Screen(bool hidesReasoning) : IDisposable
{
    private const string Dim = "\e[2m", Accent = "\e[36m", Plain = "\e[0m";

    private static readonly bool HasColours =
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private readonly StandardOutput _output = StandardOutput.Open();
    private bool _isReasoning;
    private bool _isAtLineStart = true;

    /// <summary>Whether somebody types.</summary>
    public static bool IsInteractive => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Asks for what is typed next.</summary>
    public void Ask(bool isMore)
    {
        if (IsInteractive)
        {
            _output.Write(Coloured(Accent, isMore ? ".. " : "> "));
        }
    }

    /// <summary>Shows a part of a reply.</summary>
    public void Show(ChatReplyUpdate update)
    {
        if (update.Reasoning.Length > 0 && !hidesReasoning)
        {
            _isReasoning = true;
            Write(Coloured(Dim, update.Reasoning), update.Reasoning);
        }

        if (update.Text.Length > 0)
        {
            EndLine(_isReasoning);
            _isReasoning = false;
            Write(update.Text, update.Text);
        }

        if (update.ToolCall is { } call)
        {
            EndLine(true);
            Say($"[{call.Name} {call.Arguments.GetRawText()}]");
        }
    }

    /// <summary>Ends a reply.</summary>
    public void End()
    {
        EndLine(true);
        _isReasoning = false;
    }

    /// <summary>Says something that is not the model's.</summary>
    public void Say(string text)
    {
        EndLine(true);
        _output.Write(Coloured(Dim, text) + Environment.NewLine);
    }

    public void Dispose() => _output.Dispose();

    private static string Coloured(string colour, string text) => HasColours ? colour + text + Plain : text;

    private void Write(string shown, string text)
    {
        _output.Write(shown);
        _isAtLineStart = text[^1] == '\n';
    }

    private void EndLine(bool isNeeded)
    {
        if (isNeeded && !_isAtLineStart)
        {
            _output.Write(Environment.NewLine);
            _isAtLineStart = true;
        }
    }
}
