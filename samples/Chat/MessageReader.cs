namespace ChatSample;

/// <summary>Reads what is typed: a message a line, or several lines of one message.</summary>
internal sealed class MessageReader(Screen screen)
{
    private const string Quotes = "\"\"\"";

    /// <summary>Reads a message; null where there are no more.</summary>
    public async Task<string?> ReadAsync(CancellationToken cancellationToken)
    {
        var lines = new List<string>();
        var isQuoted = false;
        while (true)
        {
            screen.Ask(isMore: lines.Count > 0 || isQuoted);
            var line = await Task.Run(Console.In.ReadLine, CancellationToken.None).WaitAsync(cancellationToken);
            screen.Answered(isEnd: line is null);
            if (line is null)
            {
                return lines.Count > 0 ? string.Join('\n', lines) : null;
            }

            if (line.Trim() is Quotes)
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
}
