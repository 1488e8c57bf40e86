namespace Lamina.Benchmarks.Peers;

/// <summary>What was measured of whom, and who was absent.</summary>
internal sealed class PeerResults
{
    private readonly List<string> _names = [];
    private readonly List<PeerTask> _tasks = [];
    private readonly Dictionary<string, string> _absences = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Name, PeerTask Task), IReadOnlyList<double>> _figures = [];

    /// <summary>All peers, Lamina first.</summary>
    public IReadOnlyList<string> Names => _names;

    /// <summary>What they were asked for.</summary>
    public IReadOnlyList<PeerTask> Tasks => _tasks;

    /// <summary>Who is absent, and why.</summary>
    public IReadOnlyDictionary<string, string> Absences => _absences;

    /// <summary>The figures of a peer, round by round; null where it has none.</summary>
    public IReadOnlyList<double>? Find(string name, PeerTask task) => _figures.GetValueOrDefault((name, task));

    public void Add(string name, PeerTask task, IReadOnlyList<double> figures)
    {
        AddName(name);
        if (!_tasks.Contains(task))
        {
            _tasks.Add(task);
        }

        _figures.Add((name, task), figures);
    }

    public void SayAbsent(string name, string why)
    {
        AddName(name);
        _absences[name] = why;
    }

    private void AddName(string name)
    {
        if (!_names.Contains(name, StringComparer.Ordinal))
        {
            _names.Add(name);
        }
    }
}
