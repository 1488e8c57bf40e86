using System.Diagnostics.CodeAnalysis;

namespace Lamina.Runtime;

/// <summary>
/// How the KV cache stores numbers. Fewer bits leave room for more tokens and cost accuracy, keys more than values
/// ("KIVI", Liu and others, 2024).
/// </summary>
[SuppressMessage("Naming", "CA1720:Identifier contains type name",
    Justification = "The names by which everyone who quantizes knows them.")]
public enum KvCacheType
{
    /// <summary>16-bit floating point.</summary>
    F16,

    /// <summary>8-bit integers in blocks of 32 with a scale: 8.5 bits a number.</summary>
    Int8,

    /// <summary>4-bit integers in blocks of 32 with a scale: 4.5 bits a number.</summary>
    Int4,
}
