using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>Filters what is put out within: <c>{% filter upper %}…{% endfilter %}</c>.</summary>
internal sealed class FilterBlock(int at, Filtered filter, Sequence body) : Statement(at)
{
    public override Flow Render(Scope scope, TextBuilder output)
    {
        output.Append(Printer.Print(filter.ApplyAll(body.Capture(scope.Inner()), scope)));
        return Flow.Next;
    }
}
