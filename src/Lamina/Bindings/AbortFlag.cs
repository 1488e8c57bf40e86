using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Lamina.Bindings;

/// <summary>Whether a computation is to stop. Native code reads it, so it stays where it is in memory.</summary>
internal sealed class AbortFlag
{
    private const int Requested = 0;
    private const int Shielded = 1;
    private const int Failed = 2;

    private readonly int[] _numbers = GC.AllocateArray<int>(3, pinned: true);

    /// <summary>Where it is. It must be kept alive as long as native code may look there.</summary>
    public nint Address => Marshal.UnsafeAddrOfPinnedArrayElement(_numbers, 0);

    /// <summary>Whether someone wants computations to stop.</summary>
    public bool IsRequested
    {
        get => Volatile.Read(ref _numbers[Requested]) != 0;
        set => Volatile.Write(ref _numbers[Requested], value ? 1 : 0);
    }

    /// <summary>Whether the running one must not stop on the way.</summary>
    public bool IsShielded
    {
        set => Volatile.Write(ref _numbers[Shielded], value ? 1 : 0);
    }

    /// <summary>Whether an observer has failed, which stops the running one as well.</summary>
    public bool HasFailed
    {
        set => Volatile.Write(ref _numbers[Failed], value ? 1 : 0);
    }

    /// <summary>Asked by native code, amid a computation.</summary>
    /// <param name="address">What <see cref="Address"/> points to.</param>
    /// <returns>Whether to stop.</returns>
    public static bool ShouldStop(ref int address) =>
        (Volatile.Read(ref address) != 0 || Volatile.Read(ref Unsafe.Add(ref address, Failed)) != 0)
        && Volatile.Read(ref Unsafe.Add(ref address, Shielded)) == 0;
}
