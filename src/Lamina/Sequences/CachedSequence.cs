namespace Lamina.Sequences;

/// <summary>
/// A sequence as the decode loop sees it: its tokens, and where what was computed of them is: in a slot of the
/// decoder, in host memory, or nowhere, which costs computing it again. It belongs to the loop's thread.
/// </summary>
/// <param name="tenant">Whose it is; null for nobody's in particular.</param>
/// <param name="isKept">Whether it outlives the request that runs on it.</param>
internal sealed class CachedSequence(string? tenant, bool isKept)
{
    /// <summary>Whose it is.</summary>
    public string? Tenant => tenant;

    /// <summary>Whether it outlives the request that runs on it.</summary>
    public bool IsKept => isKept;

    /// <summary>All its tokens.</summary>
    public TokenList Tokens { get; } = new();

    /// <summary>Its sequence in the decoder, or −1.</summary>
    public int Slot { get; set; } = -1;

    /// <summary>How many of its tokens are in its slot's cells.</summary>
    public int Computed { get; set; }

    /// <summary>Its cells, where sequences share them.</summary>
    public CellRange? Cells { get; set; }

    /// <summary>
    /// How many of its tokens were computed with exactly those before them; fewer than all once tokens were taken out
    /// of its middle.
    /// </summary>
    public int ExactLength { get; set; } = int.MaxValue;

    /// <summary>Whether a request runs on it, so that it keeps its slot.</summary>
    public bool IsRunning { get; set; }

    /// <summary>States of it in host memory, the newest last, each with a reference of its own.</summary>
    public List<StateBlock> States { get; } = [];

    /// <summary>When it was last used, in steps of the cache's clock.</summary>
    public long LastUsed { get; set; }

    /// <summary>Its tokens, until they change.</summary>
    public ReadOnlySpan<int> TokenSpan => Tokens.Span;

    /// <summary>Gives the states in host memory up.</summary>
    public void ReleaseStates()
    {
        States.ForEach(state => state.Release());
        States.Clear();
    }
}
