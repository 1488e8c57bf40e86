namespace TrainTinyModel.Training;

/// <summary>Rows of tokens, and what is to be learned of them.</summary>
internal sealed class TrainingBatch(int rows, int length)
{
    private readonly long[] _inputs = new long[rows * length];
    private readonly List<long> _places = [];
    private readonly List<long> _targets = [];

    public int Rows => rows;

    public int Length => length;

    /// <summary>The tokens, row by row.</summary>
    public long[] Inputs => _inputs;

    /// <summary>Where the next token is to be learned: indices into <see cref="Inputs"/>.</summary>
    public IReadOnlyList<long> Places => _places;

    /// <summary>The next token at each of them.</summary>
    public IReadOnlyList<long> Targets => _targets;

    /// <param name="row">The row.</param>
    /// <param name="tokens">One token more than the row is long, at least.</param>
    /// <param name="learned">Which of them are to be learned.</param>
    public void SetRow(int row, List<int> tokens, List<bool> learned)
    {
        for (var i = 0; i < length; i++)
        {
            _inputs[(row * length) + i] = tokens[i];
            if (learned[i + 1])
            {
                _places.Add((row * length) + i);
                _targets.Add(tokens[i + 1]);
            }
        }
    }
}
