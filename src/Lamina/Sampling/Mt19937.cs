namespace Lamina.Sampling;

/// <summary>
/// The Mersenne Twister of Matsumoto and Nishimura (1998), "Mersenne Twister: A 623-Dimensionally Equidistributed
/// Uniform Pseudo-Random Number Generator", with the draws of C++'s standard library: the same seed gives the same
/// numbers as <c>std::mt19937</c> does in llama.cpp.
/// </summary>
internal sealed class Mt19937
{
    private const int Length = 624;
    private const int Shift = 397;

    private readonly uint[] _state = new uint[Length];
    private int _next;

    public Mt19937(uint seed) => Seed(seed);

    private Mt19937(Mt19937 other)
    {
        other._state.CopyTo(_state, 0);
        _next = other._next;
    }

    public Mt19937 Clone() => new(this);

    public void Seed(uint seed)
    {
        _state[0] = seed;
        for (var i = 1; i < Length; i++)
        {
            _state[i] = (1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + (uint)i;
        }

        _next = Length;
    }

    /// <summary>Draws 32 bits.</summary>
    public uint NextUInt32()
    {
        if (_next == Length)
        {
            Refill();
        }

        var value = _state[_next++];
        value ^= value >> 11;
        value ^= (value << 7) & 0x9D2C5680;
        value ^= (value << 15) & 0xEFC60000;
        return value ^ (value >> 18);
    }

    /// <summary>
    /// Draws a double from 0 to below 1, from two draws of 32 bits, as <c>std::generate_canonical</c>.
    /// </summary>
    public double NextDouble()
    {
        const double TwoTo32 = 4294967296.0;
        double low = NextUInt32();
        double high = NextUInt32();
        return Math.Min((low + (high * TwoTo32)) / (TwoTo32 * TwoTo32), Math.BitDecrement(1.0));
    }

    /// <summary>Draws a float from 0 to below 1, from one draw of 32 bits, as <c>std::generate_canonical</c>.</summary>
    public float NextSingle() => Math.Min(NextUInt32() / 4294967296f, MathF.BitDecrement(1f));

    /// <summary>
    /// Draws a place, each with its probability, as <c>std::discrete_distribution</c> of libstdc++: in double precision,
    /// and without a draw where there is one place alone.
    /// </summary>
    public int NextIndex(ReadOnlySpan<float> probabilities)
    {
        if (probabilities.Length < 2)
        {
            return 0;
        }

        var total = 0d;
        foreach (var probability in probabilities)
        {
            total += probability;
        }

        var target = NextDouble();
        var sum = 0d;
        for (var i = 0; i < probabilities.Length - 1; i++)
        {
            sum += probabilities[i] / total;
            if (sum >= target)
            {
                return i;
            }
        }

        return probabilities.Length - 1;
    }

    private void Refill()
    {
        for (var i = 0; i < Length; i++)
        {
            var bits = (_state[i] & 0x80000000) | (_state[(i + 1) % Length] & 0x7FFFFFFF);
            _state[i] = _state[(i + Shift) % Length] ^ (bits >> 1) ^ ((bits & 1) == 0 ? 0 : 0x9908B0DF);
        }

        _next = 0;
    }
}
