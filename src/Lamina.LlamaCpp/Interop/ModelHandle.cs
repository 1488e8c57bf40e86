using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

internal sealed class ModelHandle : SafeHandle
{
    public ModelHandle()
        : base(0, ownsHandle: true)
    {
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        Native.llama_model_free(handle);
        return true;
    }
}
