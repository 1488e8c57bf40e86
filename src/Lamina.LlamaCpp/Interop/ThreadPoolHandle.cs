using System.Runtime.InteropServices;

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

    public static ThreadPoolHandle Create(int threads)
    {
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

        var parameters = Native.ggml_threadpool_params_default(threads);
        var pool = create(&parameters);
        return pool == 0
            ? throw new LaminaException("create decoder", $"A pool of {threads} threads could not be created.")
            : new(pool, free);
    }

    protected override bool ReleaseHandle()
    {
        _free(handle);
        return true;
    }
}
