using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary>A native context. It keeps its model, its thread pool and its abort flag alive.</summary>
internal sealed class ContextHandle : SafeHandle
{
    private SafeHandle? _model;
    private SafeHandle? _pool;
    private int[]? _abortFlag;

    public ContextHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    public void KeepAlive(ModelHandle model, ThreadPoolHandle pool, int[] abortFlag)
    {
        _abortFlag = abortFlag;
        _model = AddReference(model);
        _pool = AddReference(pool);
    }

    protected override bool ReleaseHandle()
    {
        Native.llama_free(handle);
        _pool?.DangerousRelease();
        _model?.DangerousRelease();
        GC.KeepAlive(_abortFlag);
        return true;
    }

    private static SafeHandle AddReference(SafeHandle parent)
    {
        var added = false;
        parent.DangerousAddRef(ref added);
        return parent;
    }
}
