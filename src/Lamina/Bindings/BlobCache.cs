using System.Runtime.InteropServices;

namespace Lamina.Bindings;

/// <summary>Where the cells and rows of one attention cache are in a state, from the number of cells on.</summary>
/// <param name="Start">The first byte.</param>
/// <param name="End">The byte after the last.</param>
/// <param name="CellCount">Number of cells.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BlobCache(int Start, int End, int CellCount);
