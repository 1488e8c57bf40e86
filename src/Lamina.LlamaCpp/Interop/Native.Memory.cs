using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

internal static partial class Native
{
    [LibraryImport(Llama)]
    public static partial nint llama_get_memory(ContextHandle context);

    [LibraryImport(Llama)]
    [return: MarshalAs(UnmanagedType.U1)]
    public static partial bool llama_memory_seq_rm(nint memory, int sequence, int from, int to);
}
