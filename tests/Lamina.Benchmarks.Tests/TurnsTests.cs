namespace Lamina.Benchmarks.Tests;

public sealed class TurnsTests
{
    [Test]
    public async Task TakeAsync_ThreeSides_BeginInTurnAndKeepTheirFigures()
    {
        var order = "";
        var told = new List<string>();
        var found = await Turns.TakeAsync(
            rounds: 2,
            warmUps: 1,
            [Side("a", 1), Side("b", 2), Side("c", 3)],
            (round, figures) => told.Add($"{round}: {string.Join(' ', figures)}"));
        Assert.That(order, Is.EqualTo("cab" + "abc" + "bca"));
        Assert.That(found, Is.EqualTo(new[] { new[] { 1d, 1 }, [2, 2], [3, 3] }));
        Assert.That(told, Is.EqualTo(new[] { "1: 1 2 3", "2: 1 2 3" }));

        Func<Task<double>> Side(string name, double figure) => () =>
        {
            order += name;
            return Task.FromResult(figure);
        };
    }
}
