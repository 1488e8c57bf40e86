using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <content>
/// Linux: the one call of libc that reaches all of it, since which others there are differs between its makers, and those by
/// which libc remembers how threads are ranked.
/// </content>
internal static unsafe partial class Native
{
    [LibraryImport("libc", SetLastError = true)]
    public static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth, nint fifth);

    [LibraryImport("libc")]
    public static partial nint pthread_self();

    [LibraryImport("libc")]
    public static partial int pthread_setschedparam(nint thread, int policy, int* rank);
}
