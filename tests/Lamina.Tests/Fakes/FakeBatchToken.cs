namespace Lamina.Tests.Fakes;

/// <summary>A token of a batch.</summary>
internal readonly record struct FakeBatchToken(int Token, int Position, int Sequence, bool Output);
