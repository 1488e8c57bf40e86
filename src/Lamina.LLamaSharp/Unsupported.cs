using Lamina.Runtime;

namespace Lamina.LLamaSharp;

/// <summary>What LLamaSharp offers no way to ask for.</summary>
internal static class Unsupported
{
    /// <exception cref="NotSupportedException">Threads or memory are to be somewhere.</exception>
    public static void ThrowIfPlaced(CpuPlacement? cpu)
    {
        if (cpu is not null)
        {
            throw new NotSupportedException($"{nameof(CpuPlacement)} says where threads and memory are to be, which "
                + "LLamaSharp cannot: it makes its threads anew for each computation. Leave it out, or use Lamina.LlamaCpp.");
        }
    }

    /// <exception cref="NotSupportedException">The options ask for something of the kind.</exception>
    public static void ThrowIfAsked(DecoderOptions options)
    {
        ThrowIfPlaced(options.Cpu);
        if (options.Activations is not null)
        {
            throw new NotSupportedException($"{nameof(DecoderOptions)}.{nameof(DecoderOptions.Activations)} was set, and "
                + "LLamaSharp has no way to read a tensor amid a computation. Leave it out, or use Lamina.LlamaCpp.");
        }
    }
}
