using System.Runtime.CompilerServices;

namespace Lamina.Tests.Fakes;

/// <summary>Waits for what another thread will do, and fails where it does not.</summary>
internal static class Eventually
{
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(20);

    public static async Task IsTrueAsync(
        Func<bool> condition, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        for (var started = Environment.TickCount64; !condition(); await Task.Delay(2))
        {
            Assert.That(Environment.TickCount64 - started, Is.LessThan(Patience.TotalMilliseconds), what);
        }
    }
}
