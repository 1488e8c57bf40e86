using TinyCorpus.Tasks;

namespace TinyCorpus;

/// <summary>The tasks that the tiny model was trained for, and at what difficulty it is tested.</summary>
public static class TinyTasks
{
    /// <summary>All of them, the easy before the hard of each kind.</summary>
    public static IReadOnlyList<TinyTask> All { get; } =
    [
        new AdditionTask(digits: 3),
        new AdditionTask(digits: 8),
        new SubtractionTask(digits: 3),
        new SubtractionTask(digits: 5),
        new MultiplicationTask(digits: 1),
        new MultiplicationTask(digits: 2),
        new ExpressionTask(steps: 2),
        new ExpressionTask(steps: 3),
        new StoryProblemTask(steps: 2),
        new StoryProblemTask(steps: 3),
        new ListTask(ListOrder.Same, length: 16),
        new ListTask(ListOrder.Reversed, length: 8),
        new ListTask(ListOrder.Reversed, length: 16),
        new ListTask(ListOrder.Sorted, length: 5),
        new ListTask(ListOrder.Sorted, length: 8),
        new LookupTask(entries: 8),
        new EntailmentTask(facts: 3),
        new EntailmentTask(facts: 6),
        new ExtractionTask(),
        new ToolCallTask(),
    ];

    /// <summary>The task of a name.</summary>
    /// <param name="name">A <see cref="TinyTask.Name"/>.</param>
    /// <exception cref="ArgumentException">There is no such task.</exception>
    public static TinyTask Get(string name) =>
        All.FirstOrDefault(task => string.Equals(task.Name, name, StringComparison.Ordinal))
        ?? throw new ArgumentException(
            $"There is no task '{name}'. There are {string.Join(", ", All.Select(task => task.Name))}.", nameof(name));
}
