namespace Lamina.Constraints.Json;

/// <summary>Kleene's logic.</summary>
internal static class Truths
{
    public static Truth And(this Truth a, Truth b) => a < b ? a : b;

    public static Truth Or(this Truth a, Truth b) => a > b ? a : b;

    public static Truth Not(this Truth a) => (Truth)((int)Truth.Yes - (int)a);

    public static Truth Of(bool holds) => holds ? Truth.Yes : Truth.No;

    /// <summary>What holds at the end, and before it may or may not.</summary>
    /// <param name="holds">Whether it holds as things are.</param>
    /// <param name="isEnd">Whether nothing more comes.</param>
    public static Truth Until(bool holds, bool isEnd) => isEnd ? Of(holds) : Truth.Open;
}
