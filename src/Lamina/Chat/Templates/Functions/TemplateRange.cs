using System.Collections;
using System.Numerics;
using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Integers at equal distances: what <c>range</c> gives. They are computed as they are asked for.</summary>
internal sealed class TemplateRange : IReadOnlyList<object?>, IMembers, IPrintable
{
    private const int MostItems = 100_000;

    private readonly BigInteger _start;
    private readonly BigInteger _stop;
    private readonly BigInteger _step;

    /// <param name="start">The first.</param>
    /// <param name="stop">Where it ends; this is not in it.</param>
    /// <param name="step">The distance; not 0.</param>
    /// <exception cref="TemplateFault">There would be too many.</exception>
    public TemplateRange(BigInteger start, BigInteger stop, BigInteger step)
    {
        (_start, _stop, _step) = (start, stop, step);
        var length = step.Sign > 0 ? stop - start : start - stop;
        var count = length.Sign <= 0 ? BigInteger.Zero : ((length - 1) / BigInteger.Abs(step)) + 1;
        Count = count <= MostItems ? (int)count : throw new TemplateFault(
            $"Range too big. The sandbox blocks ranges larger than MAX_RANGE ({MostItems}).");
    }

    public string TypeName => "range";

    public int Count { get; }

    public object? this[int index] => ValueTypes.Integer(_start + (index * _step));

    public bool TryGetMember(string name, out object? value)
    {
        value = name switch
        {
            "start" => ValueTypes.Integer(_start),
            "stop" => ValueTypes.Integer(_stop),
            "step" => ValueTypes.Integer(_step),
            "count" or "index" => Methods.Find(new TemplateList(this), name),
            _ => null,
        };
        return value is not null;
    }

    public Text Print() => _step.IsOne
        ? $"range({Part(_start)}, {Part(_stop)})"
        : $"range({Part(_start)}, {Part(_stop)}, {Part(_step)})";

    public IEnumerator<object?> GetEnumerator()
    {
        for (var i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static string Part(BigInteger value) => Printer.Print(ValueTypes.Integer(value)).Value;
}
