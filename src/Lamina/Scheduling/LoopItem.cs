using Lamina.Sequences;

namespace Lamina.Scheduling;

/// <summary>What a decode loop takes in: a request, or an edit of a sequence.</summary>
internal readonly record struct LoopItem(
    SequenceRequest? Request, CachedSequence? Sequence = null, Action<KvCache>? Edit = null);
