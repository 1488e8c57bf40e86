using System.Diagnostics.CodeAnalysis;

namespace Lamina.Gguf;

/// <summary>The type of a metadata value, or of the elements of a metadata array. The numbers are those of the format.</summary>
[SuppressMessage("Naming", "CA1720:Identifiers should not contain type names",
    Justification = "They are the names of types.")]
public enum GgufValueType
{
    /// <summary>An unsigned byte.</summary>
    UInt8 = 0,

    /// <summary>A signed byte.</summary>
    Int8 = 1,

    /// <summary>An unsigned integer of 16 bits.</summary>
    UInt16 = 2,

    /// <summary>A signed integer of 16 bits.</summary>
    Int16 = 3,

    /// <summary>An unsigned integer of 32 bits.</summary>
    UInt32 = 4,

    /// <summary>A signed integer of 32 bits.</summary>
    Int32 = 5,

    /// <summary>A floating-point number of 32 bits.</summary>
    Float32 = 6,

    /// <summary>True or false, one byte.</summary>
    Boolean = 7,

    /// <summary>UTF-8 text.</summary>
    String = 8,

    /// <summary>An array; it appears in files only, a <see cref="GgufValue"/> names the type of its elements instead.</summary>
    Array = 9,

    /// <summary>An unsigned integer of 64 bits.</summary>
    UInt64 = 10,

    /// <summary>A signed integer of 64 bits.</summary>
    Int64 = 11,

    /// <summary>A floating-point number of 64 bits.</summary>
    Float64 = 12,
}
