using System.IO.Hashing;
using System.Runtime.InteropServices;

namespace TinyCorpus;

/// <summary>A question of a task, with its answer.</summary>
/// <param name="Key">What the question is about, the same however it is worded: "add 12 30".</param>
/// <param name="Question">What the user says.</param>
/// <param name="Solution">What the model should say: the steps and the answer.</param>
/// <param name="Answer">The answer alone.</param>
public sealed record Exercise(string Key, string Question, string Solution, string Answer)
{
    /// <summary>The system message before the question, or null for none.</summary>
    public string? System { get; init; }

    /// <summary>True for one question in eight: no corpus has it, however worded, so that it can test a trained model.</summary>
    public bool IsHeldOut => XxHash3.HashToUInt64(MemoryMarshal.AsBytes(Key.AsSpan())) % 8 == 0;
}
