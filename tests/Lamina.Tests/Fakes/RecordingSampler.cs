using Lamina.Sampling;

namespace Lamina.Tests.Fakes;

/// <summary>Keeps the tokens that it was told of, in a list that is shared by no clone.</summary>
internal sealed class RecordingSampler(Action<IReadOnlyList<int>> beforeToken) : ISampler
{
    private readonly List<int> _accepted = [];

    public void Apply(ref Candidates candidates) => beforeToken(_accepted);

    public void Accept(int token) => _accepted.Add(token);

    public ISampler Clone()
    {
        var clone = new RecordingSampler(beforeToken);
        clone._accepted.AddRange(_accepted);
        return clone;
    }
}
