using System.Runtime.InteropServices;
using Lamina.Runtime;

namespace Lamina.LlamaCpp.Interop;

/// <summary>Threads of ggml's CPU backend, whose functions are looked up since that backend is chosen at run time.</summary>
internal sealed unsafe class ThreadPoolHandle : SafeHandle
{
    private readonly delegate* unmanaged[Cdecl]<nint, void> _free;

    private ThreadPoolHandle(nint pool, delegate* unmanaged[Cdecl]<nint, void> free)
        : base(0, ownsHandle: true)
    {
        SetHandle(pool);
        _free = free;
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>What a pool is created with.</summary>
    public static GgmlThreadPoolParams Parameters(int threads, CpuPlacement? cpu)
    {
        var parameters = Native.ggml_threadpool_params_default(threads);
        if (cpu is not null)
        {
            parameters.StrictCpu = cpu.PinThreads ? (byte)1 : (byte)0;
            parameters.Priority = (int)cpu.Priority;
            parameters.Poll = (uint)cpu.Polling;
            foreach (var allowed in cpu.Affinity ?? [])
            {
                parameters.CpuMask[allowed] = 1;
            }
        }

        return parameters;
    }

    /// <summary>Creates a pool, of which the calling thread is one.</summary>
    /// <exception cref="LaminaException">The system does not allow the placement.</exception>
    public static ThreadPoolHandle Create(int threads, CpuPlacement? cpu)
    {
        const string operation = "create decoder";
        const int cpuDevice = 0;
        var registry = Native.ggml_backend_dev_backend_reg(Native.ggml_backend_dev_by_type(cpuDevice));
        var create = (delegate* unmanaged[Cdecl]<GgmlThreadPoolParams*, nint>)
            Native.ggml_backend_reg_get_proc_address(registry, "ggml_threadpool_new");
        var free = (delegate* unmanaged[Cdecl]<nint, void>)
            Native.ggml_backend_reg_get_proc_address(registry, "ggml_threadpool_free");
        if (create is null || free is null)
        {
            throw new NativeLibraryException("The CPU backend of llama.cpp offers no thread pools; use a release "
                + $"from {NativeLibraries.OldestVersion} to {NativeLibraries.NewestVersion}.");
        }

        var placed = LinuxThread.IsSupported ? cpu : null;
        if (placed?.Affinity is { } cpus)
        {
            LinuxThread.SetAffinity(operation, cpus);
        }

        // Native code only prints that it may not, so it is tried before.
        var priority = placed?.Priority ?? CpuPriority.Normal;
        LinuxThread.SetPriority(operation, priority);
        var parameters = Parameters(threads, cpu);
        var pool = create(&parameters);
        if (pool == 0)
        {
            throw new LaminaException(operation, $"A pool of {threads} threads could not be created.");
        }

        var created = new ThreadPoolHandle(pool, free);
        LinuxThread.KeepPriority(operation, priority);
        return created;
    }

    protected override bool ReleaseHandle()
    {
        _free(handle);
        return true;
    }
}
