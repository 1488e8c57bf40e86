using System.Diagnostics;
using Lamina;
using Lamina.Chat;
using Lamina.LlamaCpp;
using Lamina.Tokens;
using Samples;

namespace ChatSample;

/// <summary>A chat from its first message to its last.</summary>
internal sealed class Conversation(Arguments arguments, Interrupt interrupt)
{
    private const string Help = """
        /system [text]  what the model is told before all; without a text, what it is told now
        /history        what was said
        /retry          reply anew
        /edit text      say this instead of what you said last
        /undo           forget the last turn
        /reset          forget what was said, and begin anew
        /save file      save the chat
        /load file      go on with a saved chat
        /stats          how fast the last reply was, and how much of the context is used
        /quit           end
        Lines between two lines of three quotes, or lines that end with "\", are one message.
        """;

    private readonly Lock _gate = new();
    private CancellationTokenSource? _reply;
    private ChatReplyUpdate? _last;
    private TimeSpan _loading;

    /// <summary>Chats until there is nothing more to read.</summary>
    public async Task RunAsync()
    {
        var started = Stopwatch.GetTimestamp();
        await using var engine = await Bars.LoadAsync(
            StatusConsole.Open(),
            arguments.Model,
            progress => LlamaCpp.LoadAsync(arguments.Model, arguments.Engine, progress, cancellationToken: interrupt.Token));
        _loading = Stopwatch.GetElapsedTime(started);
        var options = new ChatSessionOptions
        {
            Reply = new() { Generation = arguments.Generation, MaxReasoningTokens = arguments.MaxReasoningTokens },
            Tools = arguments.HasTools ? HarmlessTools.All : [],
            Overflow = arguments.Overflow,
        };
        var session = arguments.Load is { } path
            ? await ChatSession.LoadAsync(engine, path, options, interrupt.Token)
            : new ChatSession(engine, options);
        session.SystemPrompt = arguments.System ?? session.SystemPrompt;

        using var screen = new Screen(arguments.HidesReasoning);
        using var hook = interrupt.Before(StopReply);
        if (Screen.IsInteractive)
        {
            screen.Say($"{engine.Model.Name}. /help lists the commands."
                + (session.Messages.Count > 0 ? $" {session.Messages.Count} messages are there; /history shows them." : ""));
        }

        var reader = new MessageReader(screen);
        try
        {
            while (await reader.ReadAsync(interrupt.Token) is { } message and not ("/quit" or "/exit"))
            {
                session = await TakeAsync(engine, options, session, screen, message);
            }
        }
        catch (OperationCanceledException) when (interrupt.Token.IsCancellationRequested)
        {
            screen.Answered(isEnd: true); // Ctrl+C where nothing is replied is how a chat ends
        }
    }

    /// <summary>Does what a message asks for.</summary>
    /// <returns>The session to go on with.</returns>
    private async Task<ChatSession> TakeAsync(IInferenceEngine engine, ChatSessionOptions options, ChatSession session, Screen screen, string message)
    {
        var (command, argument) = message.StartsWith('/') && message.Split(' ', 2) is var parts ? (parts[0], parts.ElementAtOrDefault(1)?.Trim() ?? "") : ("", message);
        var lastAsked = session.Messages.ToList().FindLastIndex(said => said.Role == ChatRole.User);
        try
        {
            switch (command)
            {
                case "" when argument.Length > 0:
                    await ShowAsync(screen, session, token => session.StreamAsync(argument, token));
                    break;
                case "":
                    break;
                case "/help":
                    screen.Say(Help);
                    break;
                case "/system" when argument.Length == 0:
                    screen.Say(session.SystemPrompt ?? "It is told nothing.");
                    break;
                case "/system":
                    session.SystemPrompt = argument;
                    screen.Say("It is told that from now on.");
                    break;
                case "/history" or "/retry" or "/edit" or "/undo" when lastAsked < 0:
                    screen.Say("Nothing was said yet.");
                    break;
                case "/history":
                    screen.Show(session);
                    break;
                case "/retry":
                    await ShowAsync(screen, session, session.RegenerateAsync);
                    break;
                case "/edit" when argument.Length > 0:
                    await ShowAsync(screen, session, token => session.StreamAgainAsync(lastAsked, argument, token));
                    break;
                case "/undo":
                    session.Truncate(lastAsked);
                    screen.Say($"Forgotten. {session.Messages.Count} messages are left.");
                    break;
                case "/reset" or "/clear":
                    session.Truncate(0);
                    screen.Say("All is forgotten.");
                    break;
                case "/save" when argument.Length > 0:
                    await session.SaveAsync(argument, interrupt.Token);
                    screen.Say($"Saved {session.Messages.Count} messages to {argument}.");
                    break;
                case "/load" when argument.Length > 0:
                    session = await ChatSession.LoadAsync(engine, argument, options, interrupt.Token);
                    screen.Say($"{session.Messages.Count} messages are there; /history shows them.");
                    break;
                case "/stats":
                    Report(engine, session, screen);
                    break;
                default:
                    screen.Say($"{command} is no command, or needs a text behind it. /help lists all.");
                    break;
            }
        }
        catch (Exception e) when (Screen.IsInteractive && e is LaminaException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            screen.Fail(OptionNames.In(e.Message));
        }

        return session;
    }

    private async Task ShowAsync(Screen screen, ChatSession session, Func<CancellationToken, IAsyncEnumerable<ChatReplyUpdate>> reply)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(interrupt.Token);
        lock (_gate)
        {
            _reply = stopped;
        }

        try
        {
            var calls = 0;
            await foreach (var update in reply(stopped.Token))
            {
                if (calls > 0 && session.Messages[^1].Role == ChatRole.Tool)
                {
                    foreach (var result in session.Messages.TakeLast(calls))
                    {
                        screen.ShowResult(result.Text);
                    }

                    calls = 0;
                }

                screen.Show(update);
                calls += update.ToolCall is null ? 0 : 1;
                _last = update.FinishReason is null ? _last : update;
            }

            screen.End();
            if (_last is { FinishReason: FinishReason.Length })
            {
                screen.Say("[cut: --max-tokens or the context's end was reached]");
            }
        }
        catch (OperationCanceledException) when (!interrupt.Token.IsCancellationRequested)
        {
            screen.End();
            screen.Say("[stopped]");
        }
        finally
        {
            lock (_gate)
            {
                _reply = null;
            }
        }
    }

    /// <summary>Stops the reply that is under way.</summary>
    /// <returns>Whether there was one.</returns>
    private bool StopReply()
    {
        lock (_gate)
        {
            _reply?.Cancel();
            return _reply is not null;
        }
    }

    private void Report(IInferenceEngine engine, ChatSession session, Screen screen)
    {
        screen.Say(StatusConsole.Describe(engine.Model, _loading));
        screen.Say($"{session.Messages.Count} messages, {session.UnsentMessages} of them not sent any more; the context holds {StatusConsole.Count(engine.ContextSize)}");
        if (_last?.Usage is { } usage)
        {
            screen.Say($"last reply: {StatusConsole.Count(usage.PromptTokens)} read, {usage.CachedTokens:N0} of them known; first token after "
                + $"{StatusConsole.Seconds(usage.TimeToFirstToken)}, {StatusConsole.Count(usage.GeneratedTokens)}, {usage.TokensPerSecond:N1} tokens/s");
        }
    }
}
