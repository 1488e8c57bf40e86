using System.Collections.Frozen;

namespace Lamina.Gguf.Rules;

/// <summary>What networks have in common, by the names that files give them. A network that is not listed is not restricted.</summary>
internal static class Architectures
{
    /// <summary>All dimensions of a head turn with the position; keys and values are equally wide.</summary>
    public static readonly FrozenSet<string> WholeHeadTurns = Set(
        "apertus", "arcee", "arctic", "baichuan", "chameleon", "codeshell", "cogvlm", "cohere2moe", "dbrx", "deci",
        "deepseek", "dots1", "dream", "ernie4_5", "ernie4_5-moe", "exaone", "exaone-moe", "exaone4", "falcon",
        "granite", "granite_swa", "granitemoe", "graniteswitch", "grok", "grovemoe", "hunyuan-dense", "hunyuan-moe",
        "hunyuan_vl", "hy_v3", "internlm2", "jais2", "llada", "llada-moe", "llama", "llama-embed", "llama4",
        "maincoder", "mellum", "minicpm", "mistral3", "olmo", "olmo2", "olmoe", "orion", "paddleocr",
        "pangu-embedded", "plamo", "pockettts", "qwen2", "qwen2moe", "qwen2vl", "qwen3", "qwen3moe", "qwen3tts",
        "qwen3vl", "qwen3vlmoe", "rnd1", "seed_oss", "smallthinker", "smollm3", "starcoder2", "talkie", "xverse");

    /// <summary>Keys and values are equally wide.</summary>
    public static readonly FrozenSet<string> EqualWidths = Set(
    [
        .. WholeHeadTurns,
        "afmoe", "bailingmoe2", "bert", "bitnet", "bloom", "chatglm", "cohere2", "command-r", "dflash", "eagle3",
        "eurobert", "glm4", "glm4moe", "gpt2", "gptneox", "granitehybrid", "jais", "jina-bert-v2", "jina-bert-v3",
        "laguna", "minimax-01", "minimax-m2", "minimax-m3", "modern-bert", "mpt", "muse-glimmer", "nanbeige",
        "nemotron", "nemotron_h", "nemotron_h_moe", "neo-bert", "nomic-bert", "nomic-bert-moe", "openelm", "phi2",
        "phi3", "phimoe", "qwen", "qwen35", "qwen35moe", "refact", "stablelm", "starcoder", "t5", "t5encoder",
    ]);

    /// <summary>Positions are not turned into rotations.</summary>
    public static readonly FrozenSet<string> NoRotation = Set(
        "arwkv7", "bloom", "gpt2", "gptj", "jais", "jamba", "jina-bert-v2", "kimi-k3", "kimi-linear", "mamba",
        "mamba2", "mpt", "nemotron_h", "nemotron_h_moe", "refact", "rwkv6", "rwkv6qwen2", "rwkv7", "t5", "t5encoder",
        "wavtokenizer-dec");

    /// <summary>Positions have several parts (time, height, width), each of which turns a section of a head.</summary>
    public static readonly FrozenSet<string> SectionedRotation = Set(
        "paddleocr", "qwen2vl", "qwen35", "qwen35moe", "qwen3tts", "qwen3vl", "qwen3vlmoe", "qwen4exp");

    /// <summary>The pattern of sliding windows is a period: of so many layers, all but one have a window.</summary>
    public static readonly FrozenSet<string> PeriodicWindow = Set(
        "afmoe", "cohere2", "cohere2moe", "exaone-moe", "exaone4", "gemma-embedding", "gemma2", "gemma3", "gemma3n", "gpt-oss",
        "laguna", "llama4", "mellum", "muse-glimmer", "olmo2", "plamo3", "smallthinker");

    /// <summary>No layer has attention.</summary>
    public static readonly FrozenSet<string> NoAttention = Set(
        "arwkv7", "mamba", "mamba2", "rwkv6", "rwkv6qwen2", "rwkv7");

    /// <summary>All layers, or all after the first few, are mixtures of experts.</summary>
    public static readonly FrozenSet<string> Mixtures = Set(
        "bailingmoe2", "glm4moe", "grovemoe", "llada-moe", "qwen2moe", "qwen35moe", "qwen3moe", "qwen3next", "qwen3vlmoe",
        "qwen4exp", "rnd1", "smallthinker");

    /// <summary>Layers learn by the gated delta rule.</summary>
    public static readonly FrozenSet<string> DeltaRule = Set("qwen35", "qwen35moe", "qwen3next", "qwen4exp");

    /// <summary>A layer without heads of keys and values is a layer of another kind, not a fault.</summary>
    public static readonly FrozenSet<string> MixedLayers = Set(
        "bailingmoe3", "deci", "granitehybrid", "jamba", "kimi-k3", "kimi-linear", "lfm2", "lfm2moe", "nemotron_h",
        "nemotron_h_moe", "plamo2");

    private static FrozenSet<string> Set(params ReadOnlySpan<string> names) => FrozenSet.Create(StringComparer.Ordinal, names);
}
