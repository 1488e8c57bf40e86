using System.Diagnostics;
using Lamina;
using Lamina.Chat;
using Lamina.LlamaCpp;
using Lamina.Tokens;
using Samples;

namespace ChatSample;

/// <summary>Reads what is typed, and shows the replies.</summary>
internal sealed class Conversation(Arguments arguments, Interrupt interrupt)
{
    private const string Help = """
        /system [text]  what the model is told before all; without a text, what it is told now
        /retry          reply anew
        /edit text      say this instead of what you said last
        /undo           forget the last turn
        /clear          forget all
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
        await using var engine = await LoadProgress.ShowAsync(
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
            screen.Say($"{engine.Model.Name}. /help lists the commands.");
        }

        while (await ReadAsync(screen) is { } message)
        {
            if (message is "/quit" or "/exit")
            {
                return;
            }

            if (message.Length > 0)
            {
                session = await TakeAsync(engine, options, session, screen, message);
            }
        }
    }

    /// <summary>Reads a message; null where there are no more.</summary>
    private async Task<string?> ReadAsync(Screen screen)
    {
        var lines = new List<string>();
        var isQuoted = false;
        while (true)
        {
            screen.Ask(isMore: lines.Count > 0 || isQuoted);
            if (await Task.Run(Console.In.ReadLine).WaitAsync(interrupt.Token) is not { } line)
            {
                return lines.Count > 0 ? string.Join('\n', lines) : null;
            }

            if (line.Trim() is "\"\"\"")
            {
                if (isQuoted)
                {
                    return string.Join('\n', lines);
                }

                isQuoted = true;
                continue;
            }

            var goesOn = !isQuoted && line.EndsWith('\\');
            lines.Add(goesOn ? line[..^1] : line);
            if (!goesOn && !isQuoted)
            {
                return string.Join('\n', lines).Trim();
            }
        }
    }

    /// <summary>Does what a line asks for.</summary>
    /// <returns>The session to go on with.</returns>
    private async Task<ChatSession> TakeAsync(IInferenceEngine engine, ChatSessionOptions options, ChatSession session, Screen screen, string message)
    {
        var (command, argument) = message.StartsWith('/') && message.Split(' ', 2) is var parts ? (parts[0], parts.ElementAtOrDefault(1)?.Trim() ?? "") : ("", message);
        var lastAsked = session.Messages.ToList().FindLastIndex(said => said.Role == ChatRole.User);
        try
        {
            switch (command)
            {
                case "":
                    await ShowAsync(screen, token => session.StreamAsync(argument, token));
                    break;
                case "/help":
                    screen.Say(Help);
                    break;
                case "/system" when argument.Length == 0:
                    screen.Say(session.SystemPrompt ?? "It is told nothing.");
                    break;
                case "/system":
                    session.SystemPrompt = argument;
                    break;
                case "/retry" or "/edit" or "/undo" when lastAsked < 0:
                    screen.Say("Nothing was said yet.");
                    break;
                case "/retry":
                    await ShowAsync(screen, session.RegenerateAsync);
                    break;
                case "/edit" when argument.Length > 0:
                    await ShowAsync(screen, token => session.StreamAgainAsync(lastAsked, argument, token));
                    break;
                case "/undo":
                    session.Truncate(lastAsked);
                    break;
                case "/clear":
                    session.Truncate(0);
                    break;
                case "/save" when argument.Length > 0:
                    await session.SaveAsync(argument, interrupt.Token);
                    screen.Say($"Saved {session.Messages.Count} messages to {argument}.");
                    break;
                case "/load" when argument.Length > 0:
                    session = await ChatSession.LoadAsync(engine, argument, options, interrupt.Token);
                    screen.Say($"{session.Messages.Count} messages are there.");
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
            screen.Say("error: " + e.Message);
        }

        return session;
    }

    private async Task ShowAsync(Screen screen, Func<CancellationToken, IAsyncEnumerable<ChatReplyUpdate>> reply)
    {
        using var stopped = CancellationTokenSource.CreateLinkedTokenSource(interrupt.Token);
        lock (_gate)
        {
            _reply = stopped;
        }

        try
        {
            await foreach (var update in reply(stopped.Token))
            {
                screen.Show(update);
                _last = update.FinishReason is null ? _last : update;
            }

            if (_last is { FinishReason: FinishReason.Length })
            {
                screen.Say("[cut: --max-tokens or the context's end was reached]");
            }
        }
        catch (OperationCanceledException) when (!interrupt.Token.IsCancellationRequested)
        {
            screen.Say("[stopped]");
        }
        finally
        {
            lock (_gate)
            {
                _reply = null;
            }

            screen.End();
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
