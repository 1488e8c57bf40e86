using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <content>The one call of libc that reaches all of Linux: which others there are differs between its makers.</content>
internal static unsafe partial class Native
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth);
}
