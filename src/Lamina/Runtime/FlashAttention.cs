namespace Lamina.Runtime;

/// <summary>
/// Whether attention is computed without ever writing down the weight of each token for each other ("FlashAttention",
/// Dao and others, 2022). The numbers are the same but for rounding.
/// </summary>
/// <remarks>
/// It saves memory and is mostly faster. Not always: on two cores, against <see cref="On"/>, <see cref="Off"/> took 0.71
/// of the time for 45 tokens that followed on 2,000, and 1.33 of it for 512 tokens. Keys and values lie otherwise in the
/// KV cache with one and with the other, so a saved state of one is not read by the other.
/// </remarks>
public enum FlashAttention
{
    /// <summary>Wherever the model and the device have it; the same as <see cref="On"/> on a processor.</summary>
    Auto,

    /// <summary>Always. Refused for models that have none.</summary>
    On,

    /// <summary>Never. Refused for values in fewer than 16 bits, which are read in no other way.</summary>
    Off,
}
