namespace Lamina.Tests.Fakes;

/// <summary>A clock that stands still, so that nothing can be measured with it.</summary>
internal sealed class StoppedClock : TimeProvider
{
    public override long GetTimestamp() => 0;
}
