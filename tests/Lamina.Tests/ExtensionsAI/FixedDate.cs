namespace Lamina.Tests.ExtensionsAI;

/// <summary>It is always the same time of the same day.</summary>
internal sealed class FixedDate : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => new(2031, 5, 6, 7, 8, 9, TimeSpan.Zero);
}
