namespace Lamina.Sequences;

/// <summary>An entry of a <see cref="PrefixCache"/> that begins as the tokens that were looked for.</summary>
/// <param name="Block">The entry's state, without a reference of its own: valid until the cache's next call.</param>
/// <param name="Length">The tokens in common, at least 1. The entry may have more: cut it to these.</param>
internal readonly record struct PrefixMatch(StateBlock Block, int Length);
