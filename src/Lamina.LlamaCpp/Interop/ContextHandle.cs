using System.Runtime.InteropServices;
using Lamina.Bindings;

namespace Lamina.LlamaCpp.Interop;

/// <summary>A native context. It keeps its model, its thread pool, its abort flag and its tap alive.</summary>
internal sealed class ContextHandle : SafeHandle
{
    private SafeHandle? _model;
    private SafeHandle? _pool;
    private AbortFlag? _abortFlag;
    private GCHandle _tap;

    public ContextHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    public void KeepAlive(ModelHandle model, ThreadPoolHandle pool, AbortFlag abortFlag, GCHandle tap)
    {
        _abortFlag = abortFlag;
        _tap = tap;
        _model = AddReference(model);
        _pool = AddReference(pool);
    }

    protected override bool ReleaseHandle()
    {
        Native.llama_free(handle);
        _pool?.DangerousRelease();
        _model?.DangerousRelease();
        GC.KeepAlive(_abortFlag);
        if (_tap.IsAllocated)
        {
            _tap.Free();
        }

        return true;
    }

    private static SafeHandle AddReference(SafeHandle parent)
    {
        var added = false;
        parent.DangerousAddRef(ref added);
        return parent;
    }
}
