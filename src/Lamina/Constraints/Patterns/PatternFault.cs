namespace Lamina.Constraints.Patterns;

/// <summary>A pattern cannot be read, or asks for what is not supported. It never leaves Lamina: others say what it was in.</summary>
internal sealed class PatternFault(string message) : Exception(message);
