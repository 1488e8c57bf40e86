using System.Runtime.InteropServices;

namespace Lamina.LlamaCpp.Interop;

/// <summary>The numbers that a library has for its multiplications.</summary>
/// <param name="Plain">Of a weight by rows.</param>
/// <param name="Experts">Of a weight's experts by the rows that go to them.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ProductOperations(int Plain, int Experts);
