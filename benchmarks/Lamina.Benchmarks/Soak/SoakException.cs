namespace Lamina.Benchmarks.Soak;

/// <summary>Something was not as it should be.</summary>
internal sealed class SoakException(string message) : Exception(message)
{
    /// <summary>Fails unless a condition holds.</summary>
    public static void Require(bool condition, string message)
    {
        if (!condition)
        {
            throw new SoakException(message);
        }
    }
}
