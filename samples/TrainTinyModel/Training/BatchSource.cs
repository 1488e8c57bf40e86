using TinyCorpus;
using TinyCorpus.Vocabularies;

namespace TrainTinyModel.Training;

/// <summary>Rows of tokens without end. The rows of a step follow from seed and step alone, so a run can go on anywhere.</summary>
internal sealed class BatchSource(Vocabulary vocabulary, TrainingSettings settings)
{
    private const int ShortRow = 512;
    private const int LongRow = 1024;

    /// <summary>Each so many steps the rows are long, so that far positions are learned too.</summary>
    private const int StepsBetweenLong = 8;

    /// <summary>The rows of a step.</summary>
    public TrainingBatch Create(int step)
    {
        var random = new Random(HashCode(step));
        var length = Math.Min(step % StepsBetweenLong == 0 ? LongRow : ShortRow, settings.TokensPerStep);
        var rows = settings.TokensPerStep / length;
        var draw = settings.TextsAt(step);
        var batch = new TrainingBatch(rows, length);
        var (tokens, learned) = (new List<int>(), new List<bool>());
        for (var row = 0; row < rows; row++)
        {
            tokens.Clear();
            learned.Clear();
            while (tokens.Count <= length)
            {
                Add(draw(random), tokens, learned);
            }

            batch.SetRow(row, tokens, learned);
        }

        return batch;
    }

    private int HashCode(int step) => unchecked((int)(((uint)settings.Seed * 0x9E3779B1u) ^ ((uint)step * 0x85EBCA6Bu)));

    private void Add(Document document, List<int> tokens, List<bool> learned)
    {
        foreach (var piece in document.Pieces)
        {
            if (piece.IsControl)
            {
                tokens.Add(vocabulary.Id(piece.Text));
            }
            else
            {
                vocabulary.Encode(piece.Text, tokens);
            }

            while (learned.Count < tokens.Count)
            {
                learned.Add(piece.IsLearned);
            }
        }
    }
}
