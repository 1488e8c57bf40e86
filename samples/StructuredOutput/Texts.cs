using System.Runtime.CompilerServices;
using System.Text;

namespace StructuredOutput;

/// <summary>The texts that are asked about.</summary>
internal static class Texts
{
    /// <summary>Orders, for those who only want to see something.</summary>
    public static readonly IReadOnlyList<string> Orders =
    [
        "Mia orders 12 cups for 30 dollars.",
        "We sent 5 books to Otto. They cost 48 dollars.",
        "For 27 dollars Clara bought 9 pens.",
    ];

    /// <summary>The lines of a file, or of standard input for <c>-</c>, that are not blank.</summary>
    public static async IAsyncEnumerable<string> ReadAsync(StreamReader reader, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await Task.Run(reader.ReadLine, CancellationToken.None).WaitAsync(cancellationToken) is { } line)
        {
            if (!string.IsNullOrWhiteSpace(line))
            {
                yield return line.Trim();
            }
        }
    }

    public static StreamReader Open(string path) =>
        new(path is "-" ? Console.OpenStandardInput() : File.OpenRead(path), Encoding.UTF8);
}
