using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Lamina.LlamaCpp.Interop;

namespace Lamina.LlamaCpp.Tests.Sampling;

/// <summary>A sampler of llama.cpp, to compare ours with: the sampler functions of <c>llama.h</c>.</summary>
internal sealed unsafe class NativeSampler : IDisposable
{
    private nint _sampler;

    private NativeSampler(nint sampler) => _sampler = sampler;

    public static NativeSampler Greedy() =>
        new(((delegate* unmanaged<nint>)Export("llama_sampler_init_greedy"))());

    public static NativeSampler Distribution(uint seed) =>
        new(((delegate* unmanaged<uint, nint>)Export("llama_sampler_init_dist"))(seed));

    public static NativeSampler TopK(int k) =>
        new(((delegate* unmanaged<int, nint>)Export("llama_sampler_init_top_k"))(k));

    public static NativeSampler TopP(float p, int minKeep = 1) =>
        new(((delegate* unmanaged<float, nuint, nint>)Export("llama_sampler_init_top_p"))(p, (nuint)minKeep));

    public static NativeSampler MinP(float p, int minKeep = 1) =>
        new(((delegate* unmanaged<float, nuint, nint>)Export("llama_sampler_init_min_p"))(p, (nuint)minKeep));

    public static NativeSampler Temperature(float temperature) =>
        new(((delegate* unmanaged<float, nint>)Export("llama_sampler_init_temp"))(temperature));

    public static NativeSampler Penalties(
        int vocabulary, int window, float repetition, float frequency, float presence) =>
        new(((delegate* unmanaged<int, int, float, float, float, nint>)Export("llama_sampler_init_penalties"))(
            vocabulary, window, repetition, frequency, presence));

    public static NativeSampler LogitBias(int vocabulary, IReadOnlyDictionary<int, float> biases)
    {
        Bias[] native = [.. biases.Select(bias => new Bias(bias.Key, bias.Value))];
        fixed (Bias* first = native)
        {
            return new(((delegate* unmanaged<int, int, Bias*, nint>)Export("llama_sampler_init_logit_bias"))(
                vocabulary, native.Length, first));
        }
    }

    public static NativeSampler Typical(float p, int minKeep = 1) =>
        new(((delegate* unmanaged<float, nuint, nint>)Export("llama_sampler_init_typical"))(p, (nuint)minKeep));

    public static NativeSampler TopNSigma(float n) =>
        new(((delegate* unmanaged<float, nint>)Export("llama_sampler_init_top_n_sigma"))(n));

    public static NativeSampler Xtc(float probability, float threshold, int minKeep, uint seed) =>
        new(((delegate* unmanaged<float, float, nuint, uint, nint>)Export("llama_sampler_init_xtc"))(
            probability, threshold, (nuint)minKeep, seed));

    public static NativeSampler DynamicTemperature(float temperature, float range, float exponent) =>
        new(((delegate* unmanaged<float, float, float, nint>)Export("llama_sampler_init_temp_ext"))(
            temperature, range, exponent));

    public static NativeSampler Mirostat(int vocabulary, uint seed, float tau, float eta, int considered) =>
        new(((delegate* unmanaged<int, uint, float, float, int, nint>)Export("llama_sampler_init_mirostat"))(
            vocabulary, seed, tau, eta, considered));

    public static NativeSampler Mirostat2(uint seed, float tau, float eta) =>
        new(((delegate* unmanaged<uint, float, float, nint>)Export("llama_sampler_init_mirostat_v2"))(seed, tau, eta));

    public static NativeSampler AdaptiveP(float target, float decay, uint seed) =>
        new(((delegate* unmanaged<float, float, uint, nint>)Export("llama_sampler_init_adaptive_p"))(target, decay, seed));

    /// <param name="model">A loaded model, for the vocabulary in which breakers are found.</param>
    /// <param name="multiplier">As of the managed sampler, like the others.</param>
    /// <param name="base">The base.</param>
    /// <param name="allowedLength">The allowed length.</param>
    /// <param name="window">The window.</param>
    /// <param name="breakers">The breakers.</param>
    public static NativeSampler Dry(
        nint model, float multiplier, float @base, int allowedLength, int window, string[] breakers)
    {
        var texts = Array.ConvertAll(breakers, Marshal.StringToCoTaskMemUTF8);
        try
        {
            fixed (nint* first = texts)
            {
                return new(((delegate* unmanaged<nint, float, float, int, int, nint*, nuint, nint>)Export("llama_sampler_init_dry"))(
                    Vocabulary(model), multiplier, @base, allowedLength, window, first, (nuint)texts.Length));
            }
        }
        finally
        {
            Array.ForEach(texts, Marshal.FreeCoTaskMem);
        }
    }

    /// <param name="model">A loaded model, for its vocabulary.</param>
    public static NativeSampler Infill(nint model) =>
        new(((delegate* unmanaged<nint, nint>)Export("llama_sampler_init_infill"))(Vocabulary(model)));

    /// <param name="model">A loaded model, for its vocabulary.</param>
    /// <param name="grammar">The grammar; its root is <c>root</c>.</param>
    public static NativeSampler Grammar(nint model, string grammar)
    {
        fixed (byte* text = Encoding.UTF8.GetBytes(grammar + '\0'), root = "root\0"u8)
        {
            return new(((delegate* unmanaged<nint, byte*, byte*, nint>)Export("llama_sampler_init_grammar"))(Vocabulary(model), text, root));
        }
    }

    /// <summary>The native model within a loaded one.</summary>
    public static nint PointerOf(object model) => ((SafeHandle)model.GetType()
        .GetField("_handle", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(model)!).DangerousGetHandle();

    /// <summary>A chain, which owns its samplers.</summary>
    public static NativeSampler Chain(IEnumerable<NativeSampler> samplers)
    {
        var chain = ((delegate* unmanaged<byte, nint>)Export("llama_sampler_chain_init"))(1);
        foreach (var sampler in samplers)
        {
            ((delegate* unmanaged<nint, nint, void>)Export("llama_sampler_chain_add"))(chain, sampler._sampler);
            sampler._sampler = 0;
        }

        return new(chain);
    }

    /// <summary>Applies the sampler to the candidates and reports which were left.</summary>
    /// <param name="candidates">The candidates, in and out.</param>
    /// <param name="selected">The place of the chosen candidate, or -1.</param>
    /// <returns>The candidates that are left, a part of the same array.</returns>
    public Span<Candidate> Apply(Span<Candidate> candidates, out int selected)
    {
        fixed (Candidate* first = candidates)
        {
            var view = new CandidateArray { Data = first, Size = (nuint)candidates.Length, Selected = -1 };
            ((delegate* unmanaged<nint, CandidateArray*, void>)Export("llama_sampler_apply"))(_sampler, &view);
            selected = (int)view.Selected;
            return candidates.Slice((int)(view.Data - first), (int)view.Size); // some samplers drop the first ones
        }
    }

    public void Accept(int token) =>
        ((delegate* unmanaged<nint, int, void>)Export("llama_sampler_accept"))(_sampler, token);

    public void Reset() => ((delegate* unmanaged<nint, void>)Export("llama_sampler_reset"))(_sampler);

    public NativeSampler Clone() =>
        new(((delegate* unmanaged<nint, nint>)Export("llama_sampler_clone"))(_sampler));

    public void Dispose()
    {
        if (_sampler != 0)
        {
            ((delegate* unmanaged<nint, void>)Export("llama_sampler_free"))(_sampler);
            _sampler = 0;
        }
    }

    private static nint Vocabulary(nint model) =>
        ((delegate* unmanaged<nint, nint>)Export("llama_model_get_vocab"))(model);

    private static nint Export(string function) =>
        NativeLibrary.GetExport(NativeLibraries.Handle(NativeLibraries.Llama), function);

    [StructLayout(LayoutKind.Sequential)]
    public struct Candidate(int token, float logit)
    {
        public int Token = token;
        public float Logit = logit;
        public float Probability;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct CandidateArray
    {
        public Candidate* Data;
        public nuint Size;
        public long Selected;
        public byte IsSorted;
    }

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Bias(int Token, float Value);
}
