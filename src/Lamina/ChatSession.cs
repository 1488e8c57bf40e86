using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using Lamina.Chat;
using Lamina.Tokens;
using Lamina.Validation;

namespace Lamina;

/// <summary>A chat that goes on: its messages, and the replies to them.</summary>
/// <remarks>
/// <para>Each turn computes what is new alone: the engine knows the turns before it.</para>
/// <para>One reply at a time; a session belongs to one thread at a time. It holds nothing that has to be disposed of.</para>
/// </remarks>
public sealed class ChatSession
{
    private readonly IInferenceEngine _engine;
    private readonly ChatSessionOptions _options;
    private readonly List<ChatMessage> _messages = [];
    private string? _systemPrompt;
    private bool _isReplying;

    /// <summary>Begins a chat.</summary>
    /// <param name="engine">The engine, which the session does not dispose of.</param>
    /// <param name="options">How to go on; null for the defaults.</param>
    /// <exception cref="ArgumentException">The options have faults, all of which the message lists.</exception>
    public ChatSession(IInferenceEngine engine, ChatSessionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(engine);
        _engine = engine;
        _options = options ?? new();
        Fault.Throw(_options.Faults(), nameof(options));
    }

    /// <summary>What the model is told before all; null for nothing. It may be changed between turns.</summary>
    /// <exception cref="InvalidOperationException">A reply is under way.</exception>
    public string? SystemPrompt
    {
        get => _systemPrompt;
        set
        {
            ThrowIfReplying();
            _systemPrompt = value;
        }
    }

    /// <summary>All messages so far, the oldest first, without the system prompt; also those that are not sent any more.</summary>
    public IReadOnlyList<ChatMessage> Messages => _messages;

    /// <summary>How many of the oldest messages are not sent any more, since the context is full.</summary>
    public int UnsentMessages { get; private set; }

    /// <summary>What the model has made of the messages that are not sent any more; null for nothing.</summary>
    public string? Summary { get; private set; }

    /// <summary>Says something, and streams the reply.</summary>
    /// <param name="text">What the person says.</param>
    /// <param name="cancellationToken">Ends the reply at once; what there is of it is kept.</param>
    /// <returns>
    /// The parts of the reply; where tools are called, of the reply before and of that after. Leaving it early ends it, and
    /// what there is of it is kept.
    /// </returns>
    /// <exception cref="InvalidOperationException">A reply is under way.</exception>
    /// <inheritdoc cref="InferenceEngineChatExtensions.StreamReplyAsync" path="/exception"/>
    public IAsyncEnumerable<ChatReplyUpdate> StreamAsync(string text, CancellationToken cancellationToken = default) =>
        StreamAsync([ChatMessage.User(text)], cancellationToken);

    /// <summary>Adds messages, such as the results of tools, and streams the reply.</summary>
    /// <param name="messages">The messages, at least one.</param>
    /// <inheritdoc cref="StreamAsync(string, CancellationToken)"/>
    /// <param name="cancellationToken">Ends the reply at once; what there is of it is kept.</param>
    public IAsyncEnumerable<ChatReplyUpdate> StreamAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(messages);
        if (messages.Count == 0 || messages.Contains(null!))
        {
            throw new ArgumentException("There were no messages, or one was null; give at least one.", nameof(messages));
        }

        return ReplyAsync(_messages.Count, messages, cancellationToken);
    }

    /// <summary>Says something, and returns the reply whole.</summary>
    /// <inheritdoc cref="StreamAsync(string, CancellationToken)"/>
    /// <returns>The reply, the last where tools are called.</returns>
    public Task<ChatReply> SendAsync(string text, CancellationToken cancellationToken = default) =>
        SendAsync([ChatMessage.User(text)], cancellationToken);

    /// <summary>Adds messages, and returns the reply whole.</summary>
    /// <inheritdoc cref="StreamAsync(IReadOnlyList{ChatMessage}, CancellationToken)"/>
    /// <returns>The reply, the last where tools are called.</returns>
    public Task<ChatReply> SendAsync(IReadOnlyList<ChatMessage> messages, CancellationToken cancellationToken = default) =>
        LastAsync(StreamAsync(messages, cancellationToken));

    /// <summary>Says another thing at an earlier place, and streams the reply. What came after it is dropped.</summary>
    /// <param name="index">The place of a message of the person's in <see cref="Messages"/>.</param>
    /// <param name="text">What is said there instead; null for the same, so that the model replies anew.</param>
    /// <inheritdoc cref="StreamAsync(string, CancellationToken)"/>
    /// <param name="cancellationToken">Ends the reply at once; what there is of it is kept.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no message of the person's at that place.</exception>
    public IAsyncEnumerable<ChatReplyUpdate> StreamAgainAsync(int index, string? text = null, CancellationToken cancellationToken = default)
    {
        if (index < 0 || index >= _messages.Count || _messages[index].Role != ChatRole.User)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"Of {_messages.Count} messages it must be the place of one of the person's.");
        }

        var message = text is null ? _messages[index] : _messages[index] with { Text = text };
        return ReplyAsync(index, [message], cancellationToken);
    }

    /// <summary>Has the model reply anew to what the person said last.</summary>
    /// <inheritdoc cref="StreamAsync(string, CancellationToken)"/>
    /// <exception cref="InvalidOperationException">The person has said nothing yet, or a reply is under way.</exception>
    public IAsyncEnumerable<ChatReplyUpdate> RegenerateAsync(CancellationToken cancellationToken = default)
    {
        var last = _messages.FindLastIndex(message => message.Role == ChatRole.User);
        return last >= 0
            ? StreamAgainAsync(last, null, cancellationToken)
            : throw new InvalidOperationException("There is nothing to reply to; say something first.");
    }

    /// <summary>Drops the newest messages.</summary>
    /// <param name="count">How many to keep, from 0 to all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is out of that range.</exception>
    /// <exception cref="InvalidOperationException">A reply is under way.</exception>
    public void Truncate(int count)
    {
        ThrowIfReplying();
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, _messages.Count);
        Drop(count);
    }

    /// <summary>Saves the messages to a file, which is written whole or not at all.</summary>
    /// <param name="path">The file; one that is there is replaced.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="InvalidOperationException">A reply is under way.</exception>
    public Task SaveAsync(string path, CancellationToken cancellationToken = default)
    {
        ThrowIfReplying();
        return new ChatSessionFile(_systemPrompt, [.. _messages], UnsentMessages, Summary).SaveAsync(path, cancellationToken);
    }

    /// <summary>Goes on with a chat that was saved.</summary>
    /// <param name="engine">The engine, of any model.</param>
    /// <param name="path">The file.</param>
    /// <param name="options">How to go on; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="InvalidDataException">The file is no saved chat.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="ArgumentException">The options have faults.</exception>
    public static async Task<ChatSession> LoadAsync(
        IInferenceEngine engine, string path, ChatSessionOptions? options = null, CancellationToken cancellationToken = default)
    {
        var session = new ChatSession(engine, options);
        var file = await ChatSessionFile.LoadAsync(path, cancellationToken).ConfigureAwait(false);
        session._systemPrompt = file.SystemPrompt;
        session._messages.AddRange(file.Messages);
        (session.UnsentMessages, session.Summary) = (file.UnsentMessages, file.Summary);
        return session;
    }

    private static async Task<ChatReply> LastAsync(IAsyncEnumerable<ChatReplyUpdate> updates)
    {
        var parts = new List<ChatReplyUpdate>();
        await foreach (var update in updates.ConfigureAwait(false))
        {
            if (parts is [.., { FinishReason: not null }])
            {
                parts.Clear(); // a reply after tools were called
            }

            parts.Add(update);
        }

        return ChatReply.Of(parts);
    }

    private async IAsyncEnumerable<ChatReplyUpdate> ReplyAsync(
        int at, IReadOnlyList<ChatMessage> added, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ThrowIfReplying();
        _isReplying = true;
        ChatMessage[] before = [.. _messages[at..]];
        var (unsent, summary) = (UnsentMessages, Summary);
        var isKept = false;
        try
        {
            await _engine.WaitForModelAsync(cancellationToken).ConfigureAwait(false);
            Drop(at);
            _messages.AddRange(added);
            for (var round = 0; ; round++)
            {
                var options = round < _options.MaxToolRounds ? _options.WithTools() : _options.Reply with { ToolChoice = ToolChoice.None };
                var prompt = await FitAsync(options, cancellationToken).ConfigureAwait(false);
                var parts = new List<ChatReplyUpdate>();
                try
                {
                    await foreach (var update in new ChatReplyStream(_engine, prompt, options).ReadAsync(cancellationToken).ConfigureAwait(false))
                    {
                        parts.Add(update);
                        yield return update;
                    }
                }
                finally
                {
                    // What came is kept, also where the reply is left early.
                    var message = ChatReply.MessageOf(parts);
                    if (message.Text.Length > 0 || message.ToolCalls.Count > 0 || message.Reasoning is not null)
                    {
                        _messages.Add(message);
                        isKept = true;
                    }
                }

                isKept = true;
                if (!await InvokeToolsAsync(cancellationToken).ConfigureAwait(false))
                {
                    yield break;
                }
            }
        }
        finally
        {
            _isReplying = false;
            if (!isKept)
            {
                // Nothing came: the chat is as it was.
                Drop(at);
                _messages.AddRange(before);
                (UnsentMessages, Summary) = (unsent, summary);
            }
        }
    }

    /// <summary>Calls the session's own tools, as the last message asks.</summary>
    /// <returns>Whether all calls have results now; false where there were none, or some are the app's.</returns>
    private async Task<bool> InvokeToolsAsync(CancellationToken cancellationToken)
    {
        if (_messages[^1] is not { Role: ChatRole.Assistant, ToolCalls: { Count: > 0 } calls })
        {
            return false;
        }

        var tools = calls.Select(call => _options.Tools.FirstOrDefault(
            tool => string.Equals(tool.Description.Name, call.Name, StringComparison.Ordinal))).ToArray();
        if (tools.Contains(null))
        {
            return false;
        }

        var results = new List<ChatMessage>();
        foreach (var (call, tool) in calls.Zip(tools))
        {
            results.Add(ChatMessage.Tool(call, await InvokeAsync(tool!, call, cancellationToken).ConfigureAwait(false)));
        }

        _messages.AddRange(results);
        return true;
    }

    private async Task<string> InvokeAsync(ChatTool tool, ToolCall call, CancellationToken cancellationToken)
    {
        try
        {
            return await tool.InvokeAsync(call.Arguments, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!_options.ThrowToolErrors && !cancellationToken.IsCancellationRequested)
        {
            return $"The tool failed: {e.Message}";
        }
    }

    /// <summary>The prompt of as many messages as leave room for a reply.</summary>
    private async Task<Prompt> FitAsync(ReplyOptions options, CancellationToken cancellationToken)
    {
        var room = _engine.ContextSize - (_options.ReservedTokens ?? Math.Min((options.Generation ?? _engine.DefaultGeneration).MaxTokens ?? int.MaxValue, _engine.ContextSize / 4));
        while (true)
        {
            var prompt = ChatReplyStream.PromptOf(_engine, Sent(), options);
            var tokens = _engine.Tokenizer.Encode(prompt).Length;
            if (tokens <= room)
            {
                return prompt;
            }

            // A turn begins where the person speaks.
            var next = _messages.FindIndex(UnsentMessages + 1, message => message.Role == ChatRole.User);
            if (_options.Overflow == ChatOverflow.Fail || next < 0)
            {
                throw new ContextFullException("chat", tokens, Math.Max(room, 0));
            }

            if (_options.Overflow == ChatOverflow.Summarize)
            {
                Summary = await SummarizeAsync(_messages[UnsentMessages..next], cancellationToken).ConfigureAwait(false);
            }

            UnsentMessages = next;
        }
    }

    private List<ChatMessage> Sent()
    {
        var told = Summary is null ? _systemPrompt : $"{_systemPrompt}\n\nWhat was said before: {Summary}".TrimStart();
        return [.. told is null ? Array.Empty<ChatMessage>() : [ChatMessage.System(told)], .. _messages[UnsentMessages..]];
    }

    private async Task<string> SummarizeAsync(List<ChatMessage> turn, CancellationToken cancellationToken)
    {
        var text = new StringBuilder(Summary is null ? "" : $"{Summary}\n");
        foreach (var message in turn.Where(message => message.Text.Length > 0))
        {
            text.Append(CultureInfo.InvariantCulture, $"{message.Role}: {message.Text}\n");
        }

        var generation = (_options.Reply.Generation ?? _engine.DefaultGeneration) with
        {
            MaxTokens = Math.Max(16, _engine.ContextSize / 16),
            MinTokens = 0,
            Constraint = null,
            Guidance = null,
            Sampling = new() { Temperature = 0 },
        };
        var reply = await _engine.ReplyAsync(
            [ChatMessage.User($"Sum up this conversation in a few sentences. Keep names, numbers and what was agreed.\n\n{text}")],
            new() { Generation = generation, Format = _options.Reply.Format, Variables = _options.Reply.Variables },
            cancellationToken).ConfigureAwait(false);
        return reply.Message.Text;
    }

    private void Drop(int count)
    {
        _messages.RemoveRange(count, _messages.Count - count);
        if (UnsentMessages > count)
        {
            (UnsentMessages, Summary) = (0, null); // they may fit now
        }
    }

    private void ThrowIfReplying()
    {
        if (_isReplying)
        {
            throw new InvalidOperationException("A reply is under way; await it, or leave it, first.");
        }
    }
}
