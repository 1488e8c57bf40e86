using System.Runtime.InteropServices;

namespace Lamina.Tuning.Roofline;

/// <summary>What a computation reads and computes, at the least.</summary>
/// <param name="Bytes">Bytes that it reads from memory.</param>
/// <param name="Operations">Floating-point operations: a multiplication and its addition are two.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct StepCost(double Bytes, double Operations)
{
    /// <summary>Operations for each byte: few wait for memory, many for arithmetic.</summary>
    public double Intensity => Operations / Bytes;
}
