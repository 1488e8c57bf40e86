using System.Text;

namespace TinyCorpus.Tasks;

/// <summary>Written addition and subtraction: a line for each pair of digits, the lowest first.</summary>
internal static class ColumnSteps
{
    public static string Add(int a, int b)
    {
        var lines = new StringBuilder();
        for (var (x, y, carry) = (a, b, 0); x > 0 || y > 0 || lines.Length == 0; x /= 10, y /= 10)
        {
            var sum = (x % 10) + (y % 10) + carry;
            lines.Append(x % 10).Append('+').Append(y % 10).Append(carry == 1 ? "+1" : "").Append('=').Append(sum).Append('\n');
            carry = sum / 10;
        }

        return lines.ToString();
    }

    /// <param name="a">Not less than <paramref name="b"/>.</param>
    /// <param name="b">Not negative.</param>
    public static string Subtract(int a, int b)
    {
        var lines = new StringBuilder();
        for (var (x, y, borrow) = (a, b, 0); x > 0 || y > 0 || lines.Length == 0; x /= 10, y /= 10)
        {
            var rest = (x % 10) - (y % 10) - borrow;
            var lends = rest < 0 ? 10 : 0;
            lines.Append((x % 10) + lends).Append('-').Append(y % 10).Append(borrow == 1 ? "-1" : "")
                .Append('=').Append(rest + lends).Append('\n');
            borrow = lends / 10;
        }

        return lines.ToString();
    }
}
