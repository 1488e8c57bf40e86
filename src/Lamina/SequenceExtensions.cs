using Lamina.Sequences;

namespace Lamina;

/// <summary>Conveniences on <see cref="ISequence"/>.</summary>
public static class SequenceExtensions
{
    /// <summary>Generates to the end.</summary>
    /// <inheritdoc cref="ISequence.GenerateAsync"/>
    /// <param name="sequence">The sequence.</param>
    /// <param name="options">When to stop and how to sample; null for the engine's defaults.</param>
    /// <param name="cancellationToken">Ends the generation at once.</param>
    /// <returns>The whole answer.</returns>
    public static Task<Completion> CompleteAsync(
        this ISequence sequence, GenerationOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        return Completion.ReadAsync(sequence.GenerateAsync(options, cancellationToken));
    }

    /// <summary>
    /// Finds which of several texts the model holds most likely after the sequence, which stays as it is: each is scored
    /// on a fork.
    /// </summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="choices">
    /// The texts, as they follow the sequence: with the blank between, where there is one. None empty, none twice.
    /// </param>
    /// <param name="options">How they are compared; null for the defaults.</param>
    /// <param name="cancellationToken">Ends it at once.</param>
    /// <returns>The most likely one, with the scores of all.</returns>
    /// <exception cref="ArgumentException">
    /// There are no choices, or one is empty or there twice; the options have faults; or a prompt for calibration is empty
    /// where the model has no BOS to begin with.
    /// </exception>
    /// <exception cref="InvalidOperationException">The sequence is empty, or an operation is under way.</exception>
    /// <exception cref="ContextFullException">The sequence and a choice are longer than the context.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    /// <exception cref="LaminaException">The computation failed.</exception>
    /// <exception cref="ObjectDisposedException">The sequence or its engine is disposed of.</exception>
    public static Task<Choice> ChooseAsync(
        this ISequence sequence,
        IReadOnlyList<string> choices,
        ChoiceOptions? options = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        var scorer = ChoiceScorer.Create(choices, options);
        return sequence.Length > 0
            ? scorer.ChooseAsync(sequence, cancellationToken)
            : throw new InvalidOperationException("The sequence is empty; append a prompt to choose after it.");
    }

    /// <summary>Makes several sequences of the same tokens.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="count">How many, at least 1.</param>
    /// <returns>The forks, each to be disposed of by itself.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is below 1.</exception>
    public static IReadOnlyList<ISequence> Fork(this ISequence sequence, int count)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return [.. Enumerable.Range(0, count).Select(_ => sequence.Fork())];
    }

    /// <summary>
    /// Makes room at the end: forgets the oldest tokens after those at the beginning; see
    /// <see cref="ISequence.Trim"/>.
    /// </summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="keep">How many tokens at the beginning stay, at least 0.</param>
    /// <param name="count">How many after them to forget; null for half of what there is.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many tokens.</exception>
    /// <exception cref="NotSupportedException">The model's memory cannot be shifted.</exception>
    public static void Shift(this ISequence sequence, int keep, int? count = null)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentOutOfRangeException.ThrowIfNegative(keep);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keep, sequence.Length);
        var forgotten = count ?? ((sequence.Length - keep) / 2);
        ArgumentOutOfRangeException.ThrowIfNegative(forgotten, nameof(count));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(forgotten, sequence.Length - keep, nameof(count));
        sequence.Trim(keep..(keep + forgotten));
    }

    /// <summary>Saves the sequence to a session file.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="path">The file; one that is there is replaced once the new one is whole.</param>
    /// <param name="progress">Told the part that is written, from 0 to 1; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Ends it; the file is as it was.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="LaminaException">The state could not be had.</exception>
    public static async Task SaveAsync(
        this ISequence sequence,
        string path,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var state = await sequence.GetStateAsync(cancellationToken).ConfigureAwait(false);
        await state.SaveAsync(path, progress, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Puts what a session file holds in the place of what the sequence has.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told the part that is read, from 0 to 1; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Ends it; the sequence is as it was.</param>
    /// <exception cref="SessionFileException">The file is damaged, cut short, none of these, or of another model.
    /// </exception>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static async Task LoadAsync(
        this ISequence sequence,
        string path,
        IProgress<float>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(sequence);
        using var state = await SequenceState.LoadAsync(path, progress, cancellationToken).ConfigureAwait(false);
        sequence.SetState(state);
    }
}
