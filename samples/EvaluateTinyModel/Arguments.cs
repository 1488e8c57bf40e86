using Lamina;
using TinyCorpus;
using TinyCorpus.Evaluation;

namespace EvaluateTinyModel;

/// <summary>What the command line asks for.</summary>
/// <param name="Model">Path of the GGUF file.</param>
/// <param name="Tasks">The tasks to test.</param>
/// <param name="Engine">Options of the engine.</param>
/// <param name="Options">How it is tested.</param>
internal sealed record Arguments(string Model, IReadOnlyList<TinyTask> Tasks, EngineOptions Engine, EvaluationOptions Options);
