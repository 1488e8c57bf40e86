namespace Lamina.Constraints.Json;

/// <summary>An object or array at one moment.</summary>
/// <param name="Frame">The object or array.</param>
/// <param name="IsEnd">Whether nothing more comes.</param>
/// <param name="Pending">The child that is under way, where it has to be known for <c>unevaluated…</c>.</param>
internal readonly record struct FrameView(ContainerFrame Frame, bool IsEnd, UnevaluatedChild? Pending);
