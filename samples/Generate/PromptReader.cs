using System.Text;
using Samples;

namespace Generate;

/// <summary>Finds the prompt: on the command line, or on standard input.</summary>
internal static class PromptReader
{
    /// <param name="prompt">What the command line says; null for nothing.</param>
    /// <param name="cancellationToken">Stops waiting for input.</param>
    /// <returns>The prompt; null where none was given, neither there nor on standard input.</returns>
    public static async Task<string?> ReadAsync(string? prompt, CancellationToken cancellationToken)
    {
        if (prompt is null && !Console.IsInputRedirected)
        {
            return null;
        }

        var text = prompt is null or "-" ? await ReadInputAsync(cancellationToken) : prompt;
        return text.Length > 0 ? text : prompt is null ? null : throw new UsageException("The prompt is empty.");
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
