namespace Lamina.Runtime;

/// <summary>A model's weights and vocabulary in memory, ready to be run by decoders.</summary>
/// <remarks>
/// Safe for use from several threads at once. Its memory is freed when the model and every decoder made from it are
/// disposed of, in either order.
/// </remarks>
public interface ILanguageModel : IDisposable
{
    /// <summary>What the model is.</summary>
    ModelInfo Info { get; }

    /// <summary>The model's tokenizer.</summary>
    ITokenizer Tokenizer { get; }

    /// <summary>Creates a decoder, which belongs to the calling thread from then on.</summary>
    /// <param name="options">Its sizes.</param>
    /// <exception cref="ArgumentException">A size is out of its range, or the model's keys or values cannot be stored
    /// as asked for, or the machine does not have the CPUs or the node; the message lists all of it.</exception>
    /// <exception cref="PlatformNotSupportedException">This system does not place threads or memory so.</exception>
    /// <exception cref="LaminaException">The runtime could not create it, or the process has no right to the priority
    /// that was asked for.</exception>
    /// <exception cref="ObjectDisposedException">The model is disposed of.</exception>
    IDecoder CreateDecoder(DecoderOptions options);
}
