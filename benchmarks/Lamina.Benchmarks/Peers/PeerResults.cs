namespace Lamina.Benchmarks.Peers;

/// <summary>What was measured of whom, and who was absent.</summary>
/// <param name="names">All peers, Lamina first.</param>
internal sealed class PeerResults(params string[] names)
{
    private readonly List<PeerTask> _tasks = [];
    private readonly Dictionary<string, string> _absences = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, PeerTask Task), IReadOnlyList<double>> _figures = [];

    /// <summary>All peers, Lamina first.</summary>
    public IReadOnlyList<string> Names => names;

    /// <summary>What they were asked for.</summary>
    public IReadOnlyList<PeerTask> Tasks => _tasks;

    /// <summary>Who is absent, and why.</summary>
    public IReadOnlyDictionary<string, string> Absences => _absences;

    /// <summary>The figures of a peer, round by round; null where it has none.</summary>
    public IReadOnlyList<double>? Find(string name, PeerTask task) => _figures.GetValueOrDefault((name, task));

    public void Add(string name, PeerTask task, IReadOnlyList<double> figures)
    {
        if (!_tasks.Contains(task))
        {
            _tasks.Add(task);
        }

        _figures.Add((name, task), figures);
    }

    public void SayAbsent(string name, string why) => _absences[name] = why;
}
