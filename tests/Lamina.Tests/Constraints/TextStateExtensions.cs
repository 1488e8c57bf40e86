using System.Text;
using Lamina.Constraints;

namespace Lamina.Tests.Constraints;

/// <summary>Texts through a constraint.</summary>
internal static class TextStateExtensions
{
    private static readonly byte[] Usual = [.. Enumerable.Range(0x20, 0x5F).Select(value => (byte)value)];

    /// <summary>Whether a text is let through to its end.</summary>
    public static bool Accepts(this TextState? state, string text) => state.After(text) is { CanEnd: true };

    /// <summary>The state after a text; null where it is refused.</summary>
    public static TextState? After(this TextState? state, string text) =>
        Encoding.UTF8.GetBytes(text).Aggregate(state, (at, value) => at?.Accept(value));

    /// <summary>A text that is let through, drawn byte by byte; null where it does not end in time.</summary>
    /// <exception cref="AssertionException">Nothing can follow at some point, and the text is not whole there.</exception>
    public static string? Draw(this TextState state, Random random, int longest)
    {
        var text = new List<byte>();
        while (text.Count < longest)
        {
            if (state.CanEnd && random.Next(4) == 0)
            {
                break;
            }

            // What closes something comes more often than by chance.
            var next = (random.Next(3) == 0 ? "\"}],:0"u8.ToArray() : []).Concat(random.GetItems(Usual, 8)).Concat(Usual)
                .Select(value => (Value: value, State: state.Accept(value)))
                .FirstOrDefault(next => next.State is not null);
            if (next.State is null)
            {
                Assert.That(state.CanEnd, $"Nothing can follow {Encoding.UTF8.GetString([.. text])}");
                break;
            }

            text.Add(next.Value);
            state = next.State;
        }

        return state.CanEnd ? Encoding.UTF8.GetString([.. text]) : null;
    }
}
