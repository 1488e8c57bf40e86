using System.Collections.Immutable;
using Lamina.Runtime;

namespace Lamina;

/// <summary>The first worker's tokenizer, which goes on where that worker is lost.</summary>
internal sealed class PooledTokenizer(EnginePool pool, ITokenizer first) : ITokenizer
{
    public int VocabularySize => first.VocabularySize;

    public ImmutableArray<int> Prefix => first.Prefix;

    public ImmutableArray<int> Suffix => first.Suffix;

    public ImmutableArray<int> PairSeparator => first.PairSeparator;

    public ImmutableArray<int> ControlTokens => first.ControlTokens;

    public int? BeginOfText => first.BeginOfText;

    public int? EndOfText => first.EndOfText;

    public int? EndOfTurn => first.EndOfTurn;

    public int[] Encode(string text)
    {
        foreach (var engine in pool.Engines())
        {
            try
            {
                return engine.Tokenizer.Encode(text);
            }
            catch (Exception e) when (EnginePool.MayBeLoss(e))
            {
                // The next one does it as well.
            }
        }

        return first.Encode(text);
    }

    public ReadOnlySpan<byte> GetBytes(int token) => first.GetBytes(token);

    public TokenKinds GetKind(int token) => first.GetKind(token);
}
