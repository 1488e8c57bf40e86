namespace Lamina.Gguf.Rules;

/// <summary>Tokens that are put around every text, or for what has no token, must exist.</summary>
internal static class SpecialTokenRules
{
    private const string Begin = "bos_token_id";
    private const string End = "eos_token_id";
    private const string Unknown = "unknown_token_id";
    private const string Separator = "seperator_token_id"; // as the format spells it

    public static void Check(ModelHeader model, string kind, int tokens)
    {
        var defaults = kind switch
        {
            "llama" => (Begin: 1, End: 2, AddBegin: true, AddEnd: false),
            "bert" => (Begin: 101, End: -1, AddBegin: true, AddEnd: false),
            "t5" => (Begin: -1, End: 1, AddBegin: false, AddEnd: true),
            "gpt2" or "hybriddna" or "whitespace" => (Begin: 11, End: 11, AddBegin: false, AddEnd: false),
            _ => (Begin: -1, End: -1, AddBegin: false, AddEnd: false),
        };

        var addBegin = model.Boolean("tokenizer.ggml.add_bos_token") ?? defaults.AddBegin;
        var addEnd = model.Boolean("tokenizer.ggml.add_eos_token") ?? defaults.AddEnd;
        if (kind is "rwkv" or "plamo2")
        {
            return; // these put nothing around a text
        }

        Require(model, Begin, defaults.Begin, tokens, addBegin || kind is "bert");
        Require(model, End, defaults.End, tokens, addEnd && kind is not "bert");
        Require(model, Separator, fallback: 102, tokens, kind is "bert");
        Require(model, Unknown, fallback: kind is "bert" ? 100 : 2, tokens, kind is "bert" or "t5");
    }

    private static void Require(ModelHeader model, string name, int fallback, int tokens, bool isUsed)
    {
        var key = $"tokenizer.ggml.{name}";
        var id = model.UInt32At(key);
        if (isUsed && !(id < tokens) && !(fallback >= 0 && fallback < tokens))
        {
            throw model.Fail(
                $"'{key}' is {(id is null ? "missing" : id)}; texts cannot do without that token, so it must be below {tokens}.");
        }
    }
}
