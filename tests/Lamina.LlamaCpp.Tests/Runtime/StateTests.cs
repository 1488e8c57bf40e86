using Lamina.Runtime;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>States go out of one decoder and into another, whatever the layouts, and lose nothing.</summary>
public sealed class StateTests
{
    private const int Length = 100;

    private static readonly string[] Models =
    [
        DecoderModels.Tiny,
        DecoderModels.Smol,
        DecoderModels.Window,
        DecoderModels.Recurrent,
        DecoderModels.Hybrid,
        DecoderModels.Experts,
    ];

    private static readonly DecoderOptions[] Layouts =
    [
        DecoderModels.Options(KvLayout.PerSequence, sequences: 1),
        DecoderModels.Options(KvLayout.PerSequence, sequences: 4),
        DecoderModels.Options(KvLayout.Shared, sequences: 1),
        DecoderModels.Options(KvLayout.Shared, sequences: 3, cells: 512),
    ];

    [Test]
    public void LoadState_InADecoderOfAnyLayout_ContinuesToTheBit(
        [ValueSource(nameof(Models))] string model, [Range(0, 3)] int from, [Range(0, 3)] int to) =>
        DecoderModels.WithDecoders(model, Layouts[from], Layouts[to], (source, destination) =>
        {
            var (saved, loaded) = (source.Options.SequenceCount - 1, destination.Options.SequenceCount - 1);
            var text = DecoderSteps.Text(Length);
            source.Read(saved, text);
            var state = source.Save(saved);

            destination.Load(loaded, state, Length);

            var found = destination.Read(loaded, 7);
            var again = destination.Save(loaded);
            var expected = source.Read(saved, 7);
            TestContext.Out.WriteLine($"{DecoderSteps.Difference(found, expected)}, {state.Length} bytes");
            Assert.That(found, Is.EqualTo(expected));
            Assert.That(again.AsSpan().SequenceEqual(source.Save(saved)));
        });
}
