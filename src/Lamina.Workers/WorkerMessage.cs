using System.Text.Json.Serialization;
using Lamina.Runtime;
using Lamina.Scheduling;
using Lamina.Tokens;
using Microsoft.Extensions.Logging;

namespace Lamina.Workers;

/// <summary>
/// What an application and its worker say to each other. Each request has a number, which all has that belongs to it, and
/// is answered by one of the last ones here.
/// </summary>
[JsonDerivedType(typeof(Load), nameof(Load))]
[JsonDerivedType(typeof(Generate), nameof(Generate))]
[JsonDerivedType(typeof(Grant), nameof(Grant))]
[JsonDerivedType(typeof(Cancel), nameof(Cancel))]
[JsonDerivedType(typeof(Leave), nameof(Leave))]
[JsonDerivedType(typeof(Score), nameof(Score))]
[JsonDerivedType(typeof(Embed), nameof(Embed))]
[JsonDerivedType(typeof(Measure), nameof(Measure))]
[JsonDerivedType(typeof(Encode), nameof(Encode))]
[JsonDerivedType(typeof(Open), nameof(Open))]
[JsonDerivedType(typeof(Append), nameof(Append))]
[JsonDerivedType(typeof(Fork), nameof(Fork))]
[JsonDerivedType(typeof(Rewind), nameof(Rewind))]
[JsonDerivedType(typeof(Trim), nameof(Trim))]
[JsonDerivedType(typeof(GetState), nameof(GetState))]
[JsonDerivedType(typeof(SetState), nameof(SetState))]
[JsonDerivedType(typeof(Close), nameof(Close))]
[JsonDerivedType(typeof(Hello), nameof(Hello))]
[JsonDerivedType(typeof(Log), nameof(Log))]
[JsonDerivedType(typeof(Progress), nameof(Progress))]
[JsonDerivedType(typeof(Streamed), nameof(Streamed))]
[JsonDerivedType(typeof(State), nameof(State))]
[JsonDerivedType(typeof(Part), nameof(Part))]
[JsonDerivedType(typeof(Loaded), nameof(Loaded))]
[JsonDerivedType(typeof(Scored), nameof(Scored))]
[JsonDerivedType(typeof(Vectors), nameof(Vectors))]
[JsonDerivedType(typeof(Measured), nameof(Measured))]
[JsonDerivedType(typeof(Encoded), nameof(Encoded))]
[JsonDerivedType(typeof(Done), nameof(Done))]
[JsonDerivedType(typeof(Failed), nameof(Failed))]
internal abstract record WorkerMessage
{
    /// <summary>The number of what belongs to no request.</summary>
    public const long NoRequest = 0;

    public sealed record Load(string ModelPath, EngineOptions Options, LogLevel LogLevel) : WorkerMessage;

    /// <summary>Generates after a prompt, or on a sequence; so many tokens at first.</summary>
    public sealed record Generate(int? Sequence, Prompt? Prompt, GenerationOptions? Options, int Credit) : WorkerMessage;

    /// <summary>So many tokens more may come.</summary>
    public sealed record Grant(int Count) : WorkerMessage;

    /// <summary>The caller cancelled.</summary>
    public sealed record Cancel : WorkerMessage;

    /// <summary>Nobody reads the stream any more.</summary>
    public sealed record Leave : WorkerMessage;

    public sealed record Score(int? Sequence, Prompt Text, Prompt? Context) : WorkerMessage;

    public sealed record Embed(IReadOnlyList<Prompt> Inputs, EmbeddingOptions? Options) : WorkerMessage;

    public sealed record Measure : WorkerMessage;

    public sealed record Encode(string Text) : WorkerMessage;

    public sealed record Open(int Sequence, SequenceOptions? Options) : WorkerMessage;

    public sealed record Append(int Sequence, Prompt Prompt) : WorkerMessage;

    public sealed record Fork(int Sequence, int Other) : WorkerMessage;

    public sealed record Rewind(int Sequence, int Length) : WorkerMessage;

    public sealed record Trim(int Sequence, int Start, int End) : WorkerMessage;

    public sealed record GetState(int Sequence) : WorkerMessage;

    /// <summary>A state for a sequence, whose bytes follow in parts.</summary>
    public sealed record SetState(int Sequence, StateHeader Header) : WorkerMessage;

    public sealed record Close(int Sequence) : WorkerMessage;

    /// <summary>The first that a worker says.</summary>
    public sealed record Hello(string Version) : WorkerMessage;

    public sealed record Log(string Category, LogLevel Level, int EventId, string Text) : WorkerMessage;

    public sealed record Progress(float Ratio) : WorkerMessage;

    /// <summary>A token, with what changed on the sequence.</summary>
    public sealed record Streamed(Token Token, SequenceChange? Change) : WorkerMessage;

    /// <summary>The state that was asked for, whose bytes follow in parts.</summary>
    public sealed record State(StateHeader Header) : WorkerMessage;

    /// <summary>Some bytes of a state.</summary>
    public sealed record Part : WorkerMessage;

    /// <summary>The model is loaded; what its tokens are follows in bytes.</summary>
    public sealed record Loaded(ModelInfo Model, int ContextSize, Vocabulary Vocabulary) : WorkerMessage;

    public sealed record Scored(TextScore Found) : WorkerMessage;

    /// <summary>So many vectors, whose numbers follow in bytes.</summary>
    public sealed record Vectors(int Count) : WorkerMessage;

    public sealed record Measured(EngineMetrics Metrics) : WorkerMessage;

    public sealed record Encoded(int[] Tokens) : WorkerMessage;

    public sealed record Done(SequenceChange? Change) : WorkerMessage;

    public sealed record Failed(WorkerFailure Failure, SequenceChange? Change) : WorkerMessage;
}
