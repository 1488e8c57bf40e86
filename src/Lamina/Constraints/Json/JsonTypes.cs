namespace Lamina.Constraints.Json;

/// <summary>The types of JSON values.</summary>
[Flags]
internal enum JsonTypes
{
    None = 0,
    Object = 1,
    Array = 2,
    String = 4,
    Number = 8,
    True = 16,
    False = 32,
    Null = 64,

    /// <summary>Whole numbers, where <see cref="Number"/> is not allowed as such.</summary>
    Integer = 128,

    Boolean = True | False,
    All = Object | Array | String | Number | Boolean | Null,
}
