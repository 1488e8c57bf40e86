using Lamina.Runtime;
using Lamina.Validation;

namespace Lamina.Tests.Fakes;

internal sealed class FakeModel(FakeRuntime runtime) : ILanguageModel
{
    private int _disposals;

    public int Disposals => Volatile.Read(ref _disposals);

    public ModelInfo Info => runtime.Info;

    public ITokenizer Tokenizer => runtime.Tokenizer;

    public IDecoder CreateDecoder(DecoderOptions options)
    {
        ObjectDisposedException.ThrowIf(Disposals > 0, this);
        Fault.Throw([.. options.Faults()], nameof(options));
        runtime.OnCreateDecoder?.Invoke(options);
        var decoder = new FakeDecoder(runtime, options);
        runtime.Decoders.Enqueue(decoder);
        return decoder;
    }

    public void Dispose()
    {
        if (Interlocked.Increment(ref _disposals) > 1)
        {
            runtime.Breaches.Enqueue("A model was disposed of twice.");
        }
    }
}
