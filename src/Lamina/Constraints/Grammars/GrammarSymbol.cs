using System.Runtime.InteropServices;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Grammars;

/// <summary>What an alternative of a rule is made of: a code point of a set, or what a rule says.</summary>
/// <param name="Set">The code points; null for a rule.</param>
/// <param name="Rule">The rule's number, where it is one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct GrammarSymbol(CodePointSet? Set, int Rule)
{
    public static GrammarSymbol Of(CodePointSet set) => new(set, -1);

    public static GrammarSymbol Of(int rule) => new(null, rule);
}
