using Lamina.Chat.Templates.Values;

namespace Lamina.Chat.Templates.Nodes;

/// <summary>A dictionary.</summary>
internal sealed class DictionaryExpression(IReadOnlyList<(Expression Key, Expression Value)> entries) : Expression
{
    protected override object? Compute(Scope scope)
    {
        scope.Run.Spend(entries.Count + 1);
        var dictionary = new TemplateDictionary();
        foreach (var (key, value) in entries)
        {
            dictionary.Set(key.Evaluate(scope), value.Evaluate(scope));
        }

        return dictionary;
    }
}
