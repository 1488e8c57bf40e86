using Lamina.Runtime;

namespace Lamina.Tuning;

/// <summary>States of the text that streams begin with, so that it is not read for every turn.</summary>
internal sealed class TextStates
{
    private readonly Dictionary<(string Model, string Format, int Count), byte[]> _states = [];

    /// <summary>Gives an empty sequence its tokens, if there is a state of them.</summary>
    public bool TryLoad(ModelInfo model, IDecoder decoder, int sequence, int count) =>
        _states.TryGetValue(Key(model, decoder, count), out var state) && decoder.LoadState(sequence, state, count);

    /// <summary>Keeps the state of a sequence, if its model has states that can be kept.</summary>
    public void Save(ModelInfo model, IDecoder decoder, int sequence, int count)
    {
        try
        {
            var size = decoder.GetStateSize(sequence);
            if (size <= Array.MaxLength)
            {
                var state = new byte[size];
                decoder.SaveState(sequence, state);
                _states[Key(model, decoder, count)] = state;
            }
        }
        catch (NotSupportedException)
        {
            // The tokens are read each time.
        }
    }

    private static (string Model, string Format, int Count) Key(ModelInfo model, IDecoder decoder, int count) =>
        (model.Fingerprint, decoder.StateFormat, count);
}
