namespace Lamina.Runtime;

/// <summary>How a model that is offloaded is divided between several devices.</summary>
public enum DeviceSplit
{
    /// <summary>Each device holds some of the layers, with their part of the KV cache: the default.</summary>
    Layer,

    /// <summary>One device holds all that is offloaded.</summary>
    None,

    /// <summary>As <see cref="Layer"/>, and large matrices are divided by rows, where the backend can.</summary>
    Row,

    /// <summary>
    /// Each device computes a part of every layer (tensor parallelism; "Megatron-LM", Shoeybi and others, 2019). Needs
    /// flash attention, and a runtime that knows it for the model's architecture.
    /// </summary>
    Tensor,
}
