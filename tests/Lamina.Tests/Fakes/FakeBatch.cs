namespace Lamina.Tests.Fakes;

/// <summary>A batch as a decoder got it.</summary>
/// <param name="Index">Its number among the runtime's batches, from 0.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Decoder">The decoder that got it.</param>
internal sealed record FakeBatch(int Index, IReadOnlyList<FakeBatchToken> Tokens, FakeDecoder Decoder);
