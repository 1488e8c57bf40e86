using Lamina.Sequences;

namespace Lamina.Tests.Sequences;

/// <summary>What a <see cref="PrefixCache"/> is to do, written down as a list that is searched from end to end.</summary>
internal sealed class PrefixReference
{
    private readonly List<(string? Tenant, StateBlock Block)> _entries = []; // the one last used first

    public IEnumerable<StateBlock> Blocks => _entries.Select(entry => entry.Block);

    public PrefixMatch? Find(string? tenant, int[] tokens, bool canTruncate)
    {
        var found = _entries
            .Where(entry => Equals(entry.Tenant, tenant))
            .Select(entry => new PrefixMatch(entry.Block, Common(entry.Block, tokens)))
            .Where(match => match.Length > 0 && (canTruncate || match.Length == match.Block.Tokens.Length))
            .OrderByDescending(match => match.Length)
            .ThenByDescending(match => match.Length == match.Block.Tokens.Length)
            .Select(match => (PrefixMatch?)match)
            .FirstOrDefault(); // the sort keeps the order of use
        if (found is { } match)
        {
            Use(tenant, match.Block);
        }

        return found;
    }

    public bool Refresh(string? tenant, int[] tokens, bool canTruncate)
    {
        var found = _entries
            .Where(entry => Equals(entry.Tenant, tenant) && Common(entry.Block, tokens) == tokens.Length)
            .Select(entry => entry.Block)
            .Where(block => canTruncate || block.Tokens.Length == tokens.Length)
            .OrderByDescending(block => block.Tokens.Length == tokens.Length)
            .FirstOrDefault();
        if (found is not null)
        {
            Use(tenant, found);
        }

        return found is not null;
    }

    public bool Add(string? tenant, StateBlock block, bool canTruncate)
    {
        if (Refresh(tenant, block.Tokens, canTruncate))
        {
            return false;
        }

        if (canTruncate)
        {
            _entries.RemoveAll(entry => Equals(entry.Tenant, tenant)
                && Common(entry.Block, block.Tokens) == entry.Block.Tokens.Length);
        }

        _entries.Insert(0, (tenant, block));
        return true;
    }

    public bool EvictOldest()
    {
        if (_entries.Count == 0)
        {
            return false;
        }

        _entries.RemoveAt(_entries.Count - 1);
        return true;
    }

    private static bool Equals(string? left, string? right) => string.Equals(left, right, StringComparison.Ordinal);

    private static int Common(StateBlock block, int[] tokens) =>
        block.Tokens.Zip(tokens).TakeWhile(pair => pair.First == pair.Second).Count();

    private void Use(string? tenant, StateBlock block)
    {
        _entries.Remove((tenant, block));
        _entries.Insert(0, (tenant, block));
    }
}
