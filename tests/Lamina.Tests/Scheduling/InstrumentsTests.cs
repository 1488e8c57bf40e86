using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Lamina.Runtime;
using Lamina.Tests.Fakes;

namespace Lamina.Tests.Scheduling;

/// <summary>What an engine reports to whoever listens to its meter and its activities.</summary>
internal sealed class InstrumentsTests
{
    [Test]
    public async Task Generate_AnyListener_IsToldTokensAndTimes()
    {
        using var runtime = new FakeRuntime { Answer = _ => "abc", Info = Named() };
        using var measured = new Measured(runtime.Info.Name);
        await using var engine = await runtime.StartEngineAsync();
        await engine.ReadAllAsync("hello>");
        await Eventually.IsTrueAsync(() => measured.Of("gen_ai.server.request.duration").Length == 1);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(measured.Of("gen_ai.client.token.usage").Select(one => (one.Value, one["gen_ai.token.type"])),
                Is.EquivalentTo(new (double, object?)[] { (6, "input"), (4, "output") }));
            Assert.That(measured.Of("gen_ai.server.time_to_first_token"), Has.Length.EqualTo(1));
            Assert.That(measured.Of("gen_ai.server.time_per_output_token"), Has.Length.EqualTo(1));
            Assert.That(measured.Of("gen_ai.server.request.duration")[0]["gen_ai.operation.name"], Is.EqualTo("text_completion"));
            Assert.That(measured.Of("gen_ai.server.request.duration")[0]["error.type"], Is.Null);
            Assert.That(measured.Of("lamina.batch.size").Select(one => one.Value), Is.EqualTo([6, 1, 1, 1]));
        }
    }

    [Test]
    public async Task Observed_Gauges_TellWhatIsThere()
    {
        using var block = new ManualResetEventSlim();
        using var runtime = new FakeRuntime { Answer = _ => "abc", Info = Named() };
        using var measured = new Measured(runtime.Info.Name);
        runtime.OnDecode = batch => batch.Index != 1 || block.Wait(Eventually.Patience) ? null : throw new TimeoutException();
        await using var engine = await runtime.StartEngineAsync(new() { MaxSequences = 1 });
        var first = engine.ReadAllAsync("hello>");
        await Eventually.IsTrueAsync(() => runtime.Batches.Count == 2);
        var second = engine.ReadAllAsync("hello>");
        await Eventually.IsTrueAsync(() => engine.GetMetrics().QueuedRequests == 1);
        measured.Look();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(measured.Last("lamina.requests.running"), Is.EqualTo(1));
            Assert.That(measured.Last("lamina.requests.queued"), Is.EqualTo(1));
            Assert.That(measured.Last("lamina.kv_cache.cells"), Is.EqualTo(6));
        }

        block.Set();
        await Task.WhenAll(first, second);
        await Eventually.IsTrueAsync(() => engine.GetMetrics().RunningRequests == 0);
        measured.Look();
        Assert.That(measured.Last("lamina.kv_cache.cells"), Is.Zero);
    }

    [Test]
    public async Task Generate_Failure_NamesTheError()
    {
        using var runtime = new FakeRuntime { OnDecode = _ => throw new LaminaException("decode", "no luck"), Info = Named() };
        using var measured = new Measured(runtime.Info.Name);
        await using var engine = await runtime.StartEngineAsync();
        await Assert.ThrowsAsync<LaminaException>(() => engine.ReadAllAsync("hello>"));
        Assert.That(
            measured.Of("gen_ai.server.request.duration").Single()["error.type"], Is.EqualTo(typeof(LaminaException).FullName));
    }

    [Test]
    public async Task Activities_OfRequests_CarryTheConventionsTags()
    {
        var ended = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.Equals("Lamina", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var runtime = new FakeRuntime { Answer = _ => "abc", Info = Named() };
        await using var engine = await runtime.StartEngineAsync();
        await engine.ReadAllAsync("hello>");
        await engine.EmbedAsync(["text"]);
        var own = ended.Where(activity => activity.DisplayName.EndsWith(runtime.Info.Name, StringComparison.Ordinal)).ToArray();
        using (Assert.EnterMultipleScope())
        {
            Assert.That(own.Select(activity => activity.DisplayName), Is.EqualTo([$"text_completion {runtime.Info.Name}", $"embeddings {runtime.Info.Name}"]));
            Assert.That(own[0].GetTagItem("gen_ai.usage.input_tokens"), Is.EqualTo(6));
            Assert.That(own[0].GetTagItem("gen_ai.usage.output_tokens"), Is.EqualTo(4));
            Assert.That(own[0].GetTagItem("gen_ai.response.finish_reasons"), Is.EqualTo(["EndOfGeneration"]));
        }
    }

    /// <summary>A name of the test's own, since all engines of the process report in one place.</summary>
    private static ModelInfo Named()
    {
        using var plain = new FakeRuntime();
        return plain.Info with { Name = TestContext.CurrentContext.Test.ID };
    }

    /// <summary>Listens to the meters of one model's engines.</summary>
    private sealed class Measured : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<Measurement> _measurements = [];

        public Measured(string model)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name.Equals("Lamina", StringComparison.Ordinal))
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
            _listener.Start();

            void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
            {
                var measurement = new Measurement(instrument.Name, value, tags.ToArray());
                if (model.Equals(measurement["gen_ai.request.model"]))
                {
                    _measurements.Enqueue(measurement);
                }
            }
        }

        public Measurement[] Of(string name) =>
            [.. _measurements.Where(one => one.Name.Equals(name, StringComparison.Ordinal))];

        public double Last(string name) => Of(name)[^1].Value;

        public void Look() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();
    }

    private sealed record Measurement(string Name, double Value, KeyValuePair<string, object?>[] Tags)
    {
        public object? this[string tag] => Tags.FirstOrDefault(pair => pair.Key.Equals(tag, StringComparison.Ordinal)).Value;
    }
}
