using Lamina;
using Lamina.Chat;
using Samples;

namespace ChatSample;

/// <summary>
/// What is shown, on standard output: where that is a terminal, replies in lines of whole words, and in colours what a person
/// types, what the model thinks, its calls of tools, and remarks of the program.
/// </summary>
internal sealed class Screen(bool hidesReasoning) : IDisposable
{
    private const string You = "\e[36m", Tool = "\e[33m", Thought = "\e[2;3m", Remark = "\e[2m", Error = "\e[31m", Plain = "\e[0m";

    private static readonly bool HasColours =
        !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));

    private readonly StandardOutput _output = StandardOutput.Open();
    private readonly WordWrap _wrap = new(() => Console.IsOutputRedirected ? null : Console.WindowWidth);
    private bool _isReasoning;

    /// <summary>Whether somebody types.</summary>
    public static bool IsInteractive => !Console.IsInputRedirected && !Console.IsOutputRedirected;

    /// <summary>Asks for what is typed next, which has its colour too.</summary>
    public void Ask(bool isMore)
    {
        if (IsInteractive)
        {
            _output.Write((HasColours ? You : "") + (isMore ? ".. " : "> "));
        }
    }

    /// <summary>It was typed.</summary>
    /// <param name="isEnd">Whether the input ended instead, so that no Enter has ended the line.</param>
    public void Answered(bool isEnd)
    {
        if (IsInteractive)
        {
            _output.Write((HasColours ? Plain : "") + (isEnd ? Environment.NewLine : ""));
        }
    }

    /// <summary>Shows a part of a reply.</summary>
    public void Show(ChatReplyUpdate update)
    {
        if (update.Reasoning.Length > 0 && !hidesReasoning)
        {
            _isReasoning = true;
            Write(Thought, _wrap.Take(update.Reasoning));
        }

        if (update.Text.Length > 0)
        {
            if (_isReasoning)
            {
                End();
            }

            Write("", _wrap.Take(update.Text));
        }

        if (update.ToolCall is { } call)
        {
            End();
            WriteLine(Tool, Describe(call));
        }
    }

    /// <summary>Shows what a tool has found.</summary>
    public void ShowResult(string text) => WriteLine(Tool, "→ " + text);

    /// <summary>Shows what was said.</summary>
    public void Show(ChatSession session)
    {
        if (session.SystemPrompt is { } told)
        {
            WriteLine(Remark, "it is told: " + told);
        }

        foreach (var message in session.Messages)
        {
            if (message.Role == ChatRole.User)
            {
                WriteLine(You, "> " + message.Text);
            }
            else if (message.Role == ChatRole.Tool)
            {
                ShowResult(message.Text);
            }
            else
            {
                Show(new ChatReplyUpdate { Reasoning = message.Reasoning ?? "", Text = message.Text });
                End();
                foreach (var call in message.ToolCalls)
                {
                    WriteLine(Tool, Describe(call));
                }
            }
        }
    }

    /// <summary>Ends a reply.</summary>
    public void End()
    {
        Write(_isReasoning ? Thought : "", _wrap.End());
        _isReasoning = false;
    }

    /// <summary>Says something that is not the model's.</summary>
    public void Say(string text) => WriteLine(Remark, text);

    /// <summary>Says what went wrong.</summary>
    public void Fail(string text)
    {
        End();
        WriteLine(Error, "error: " + text);
    }

    public void Dispose() => _output.Dispose();

    private static string Describe(ToolCall call) => $"[{call.Name} {call.Arguments.GetRawText()}]";

    private void WriteLine(string colour, string text) => Write(colour, _wrap.Take(text) + _wrap.End());

    private void Write(string colour, string text)
    {
        if (text.Length > 0)
        {
            _output.Write(HasColours && colour.Length > 0 ? colour + text + Plain : text);
        }
    }
}
