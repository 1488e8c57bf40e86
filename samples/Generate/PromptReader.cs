using System.Text;
using Samples;

namespace Generate;

/// <summary>Finds the prompt: on the command line, or on standard input.</summary>
internal static class PromptReader
{
    public static async Task<string> ReadAsync(string? prompt, CancellationToken cancellationToken)
    {
        if (prompt is null && !Console.IsInputRedirected)
        {
            throw new UsageException("There is no prompt: give one with --prompt, or on standard input. See --help.");
        }

        var text = prompt is null or "-" ? await ReadInputAsync(cancellationToken) : prompt;
        return text.Length > 0 ? text : throw new UsageException("The prompt is empty.");
    }

    private static async Task<string> ReadInputAsync(CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        var text = await Task.Run(reader.ReadToEnd, CancellationToken.None).WaitAsync(cancellationToken);

        // echo and editors end the last line; for the model that would be a part of the text.
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2]
            : text.EndsWith('\n') ? text[..^1]
            : text;
    }
}
