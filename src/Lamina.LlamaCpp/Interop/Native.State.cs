using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

internal static unsafe partial class Native
{
    [LibraryImport(Llama)]
    public static partial nuint llama_state_seq_get_size_ext(ContextHandle context, int sequence, uint flags);

    [LibraryImport(Llama)]
    public static partial nuint llama_state_seq_get_data_ext(
        ContextHandle context, byte* destination, nuint size, int sequence, uint flags);

    [LibraryImport(Llama)]
    public static partial nuint llama_state_seq_set_data_ext(
        ContextHandle context, byte* source, nuint size, int sequence, uint flags);
}
