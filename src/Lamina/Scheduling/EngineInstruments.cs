using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lamina.Tokens;

namespace Lamina.Scheduling;

/// <summary>
/// What an engine reports of itself: a meter and an activity source, both named <c>Lamina</c>, in the terms of
/// OpenTelemetry's conventions for generative AI where these have any.
/// </summary>
internal sealed class EngineInstruments : IDisposable
{
    /// <summary>What the conventions call a generation.</summary>
    public const string TextCompletion = "text_completion";

    /// <summary>What the conventions call an embedding.</summary>
    public const string Embeddings = "embeddings";

    private const string Name = "Lamina";
    private const string Model = "gen_ai.request.model";
    private const string TokenType = "gen_ai.token.type";
    private const string ErrorType = "error.type";

    private readonly Meter _meter;
    private readonly ActivitySource _activities = new(Name);
    private readonly Histogram<long> _tokens;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _timeToFirstToken;
    private readonly Histogram<double> _timePerOutputToken;
    private readonly Histogram<int> _batchSize;
    private readonly string _model;

    /// <summary>Creates the instruments.</summary>
    /// <param name="model">The model's name.</param>
    /// <param name="metrics">What the engine has done, for those that are looked at from time to time.</param>
    /// <param name="factory">Makes the meter; null for one of its own.</param>
    public EngineInstruments(string model, Func<EngineMetrics> metrics, IMeterFactory? factory)
    {
        _model = model;
        var options = new MeterOptions(Name);
        _meter = factory?.Create(options) ?? new Meter(options);
        _tokens = _meter.CreateHistogram<long>("gen_ai.client.token.usage", "{token}", "Tokens read and generated.");
        _duration = _meter.CreateHistogram<double>("gen_ai.server.request.duration", "s", "From a request to its end.");
        _timeToFirstToken = _meter.CreateHistogram<double>(
            "gen_ai.server.time_to_first_token", "s", "From a request to its first token.");
        _timePerOutputToken = _meter.CreateHistogram<double>(
            "gen_ai.server.time_per_output_token", "s", "Between the tokens of an answer, after the first.");
        _batchSize = _meter.CreateHistogram<int>("lamina.batch.size", "{token}", "Tokens computed together.");
        Observe("lamina.requests.running", "{request}", "Requests that have a sequence.", now => now.RunningRequests);
        Observe("lamina.requests.queued", "{request}", "Requests that wait for one.", now => now.QueuedRequests);
        Observe("lamina.kv_cache.cells", "{cell}", "Cells that hold a token.", now => now.CellsInUse);
        Count("lamina.requests.parked", "{request}", "Requests that made way for others.", now => now.ParkedRequests);
        Count("lamina.kv_cache.reused_tokens", "{token}", "Tokens that were not computed again.", now => now.ReusedTokens);
        Count("lamina.prefix.lookups", "{lookup}", "Sequences that looked for a known beginning.", now => now.PrefixLookups);
        Count("lamina.prefix.hits", "{lookup}", "Those that found one.", now => now.PrefixHits);

        void Observe(string name, string unit, string what, Func<EngineMetrics, long> value) =>
            _meter.CreateObservableUpDownCounter(name, () => Measure(value), unit, what);
        void Count(string name, string unit, string what, Func<EngineMetrics, long> value) =>
            _meter.CreateObservableCounter(name, () => Measure(value), unit, what);
        Measurement<long> Measure(Func<EngineMetrics, long> value) => new(value(metrics()), Tag(Model, model));
    }

    /// <summary>Notes a batch.</summary>
    public void OnBatch(int tokens) => _batchSize.Record(tokens, Tag(Model, _model));

    /// <summary>Begins the activity of a request, where anybody listens.</summary>
    /// <param name="operation">What it does, by the conventions: <c>text_completion</c>, <c>embeddings</c>.</param>
    public Activity? Begin(string operation) => _activities.StartActivity(
        ActivityKind.Internal, name: $"{operation} {_model}", tags: Tags(operation));

    /// <summary>Notes the end of a generation.</summary>
    public void OnGenerated(Activity? activity, Usage usage, FinishReason? reason, Exception? error)
    {
        OnEnded(activity, TextCompletion, usage.PromptTokens, usage.Duration, error);
        var tags = Tags(TextCompletion);
        if (usage.GeneratedTokens > 0)
        {
            _timeToFirstToken.Record(usage.TimeToFirstToken.TotalSeconds, tags);
        }

        if (usage.TokensPerSecond > 0)
        {
            _timePerOutputToken.Record(1 / usage.TokensPerSecond, tags);
        }

        tags.Add(TokenType, "output");
        _tokens.Record(usage.GeneratedTokens, tags);
        activity?.SetTag("gen_ai.usage.output_tokens", usage.GeneratedTokens);
        activity?.SetTag("gen_ai.response.finish_reasons", reason is null ? null : new[] { reason.ToString() });
    }

    /// <summary>Notes the end of a request.</summary>
    public void OnEnded(Activity? activity, string operation, int inputTokens, TimeSpan duration, Exception? error)
    {
        var tags = Tags(operation);
        tags.Add(TokenType, "input");
        _tokens.Record(inputTokens, tags);
        tags = Tags(operation);
        if (error is not null)
        {
            tags.Add(ErrorType, error.GetType().FullName);
            activity?.SetStatus(ActivityStatusCode.Error, error.Message);
            activity?.SetTag(ErrorType, error.GetType().FullName);
        }

        _duration.Record(duration.TotalSeconds, tags);
        activity?.SetTag("gen_ai.usage.input_tokens", inputTokens);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);

    private TagList Tags(string operation) =>
        new() { Tag("gen_ai.provider.name", "lamina"), Tag(Model, _model), Tag("gen_ai.operation.name", operation) };
}
