namespace Lamina.Scheduling;

/// <summary>A token of a batch whose output a request wants.</summary>
/// <param name="Request">The request.</param>
/// <param name="Index">The token's index in the batch.</param>
/// <param name="Position">Its position in the sequence.</param>
internal readonly record struct PlannedOutput(SequenceRequest Request, int Index, int Position);
