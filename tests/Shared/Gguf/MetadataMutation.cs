namespace Lamina.TestSupport.Gguf;

/// <summary>Changes to metadata. Each method makes one and says which.</summary>
internal sealed class MetadataMutation(GgufImage image, Random random)
{
    private const string Tokens = "tokenizer.ggml.tokens";

    public string ChangeValue()
    {
        var (key, value) = image.Metadata[random.Next(image.Metadata.Count)];
        if (value is Array)
        {
            return ChangeArray();
        }

        return Set(key, Interesting.Like(value, random));
    }

    public string AddHyperparameter()
    {
        var name = Hyperparameters.Names[random.Next(Hyperparameters.Names.Length)];
        object value = random.Next(4) switch
        {
            0 => Interesting.Scalar(random),
            1 when name.Contains("epsilon", StringComparison.Ordinal) || name.Contains("scale", StringComparison.Ordinal) =>
                Interesting.Like(1f, random),
            _ => Interesting.Like((uint)random.Next(10), random),
        };
        if (random.Next(10) == 0)
        {
            var layers = image[$"{Architecture}.block_count"] is uint count and < 1000 ? count : 2;
            value = Enumerable.Range(0, (int)layers).Select(_ => (uint)random.Next(4)).ToArray();
        }

        return Set($"{Architecture}.{name}", value);
    }

    public string ChangeType()
    {
        var key = image.Metadata[random.Next(image.Metadata.Count)].Key;
        return Set(key, random.Next(4) == 0 ? new[] { 1u, 2u } : Interesting.Scalar(random));
    }

    public string DropOrRename()
    {
        var (key, value) = image.Metadata[random.Next(image.Metadata.Count)];
        image.Remove(key);
        if (random.Next(3) > 0)
        {
            return $"drop {key}";
        }

        image.Metadata.Add(new(key + (random.Next(2) == 0 ? "x" : "\0"), value));
        return $"rename {key}";
    }

    public string SwapOrDuplicate()
    {
        var one = random.Next(image.Metadata.Count);
        var other = random.Next(image.Metadata.Count);
        if (random.Next(4) == 0)
        {
            image.Metadata.Add(image.Metadata[one]);
            return $"duplicate {image.Metadata[one].Key}";
        }

        var (first, second) = (image.Metadata[one], image.Metadata[other]);
        image.Metadata[one] = new(first.Key, second.Value);
        image.Metadata[other] = new(second.Key, first.Value);
        return $"swap {first.Key} and {second.Key}";
    }

    public string ChangeArray()
    {
        var arrays = image.Metadata.Where(pair => pair.Value is Array { Length: > 0 }).ToArray();
        if (arrays.Length == 0)
        {
            return AddHyperparameter();
        }

        var (key, value) = arrays[random.Next(arrays.Length)];
        var array = (Array)((Array)value).Clone();
        switch (random.Next(5))
        {
            case 0: array = Resize(array, random.Next(array.Length)); break;
            case 1: array = Resize(array, array.Length + random.Next(1, 5)); break;
            case 2: array = Resize(array, 0); break;
            case 3 when array is int[] or float[]:
                return Set(key, array is int[]? new float[array.Length] : new int[array.Length]);
            default:
                for (var i = random.Next(8); i >= 0; i--)
                {
                    var at = random.Next(array.Length);
                    var element = Interesting.Like(array.GetValue(at)!, random);
                    array.SetValue(array is Utf8Text[] ? Utf8Text.From(element.ToString()!) : element, at);
                }

                break;
        }

        return Set(key, array);
    }

    public string ChangeTokens()
    {
        if (image[Tokens] is not (string[] or Utf8Text[]) || image[Tokens] is not Array { Length: > 0 } found)
        {
            return ChangeTokenizer();
        }

        var tokens = (Array)found.Clone();
        for (var i = random.Next(3); i >= 0; i--)
        {
            var text = random.Next(6) switch
            {
                0 => tokens.GetValue(random.Next(tokens.Length))!.ToString()!,
                1 => tokens.GetValue(random.Next(tokens.Length)) + "\0x",
                2 => "",
                3 => new string('z', random.Next(5000)),
                4 => "<0x",
                _ => "\uFFFD",
            };
            tokens.SetValue(tokens is Utf8Text[] ? Utf8Text.From(text) : text, random.Next(tokens.Length));
        }

        return Set(Tokens, tokens);
    }

    public string ChangeTokenizer()
    {
        string[] models = ["llama", "bert", "gpt2", "t5", "rwkv", "plamo2", "no_vocab", "none", "gemma4", "hybriddna", "whitespace", "x"];
        string[] flags = ["add_bos_token", "add_eos_token", "add_sep_token", "add_space_prefix", "remove_extra_whitespaces"];
        string[] ids =
            ["bos", "eos", "unknown", "seperator", "padding", "mask", "eot", "eom", "cls", "fim_pre", "fim_suf", "prefix"];
        switch (random.Next(4))
        {
            case 0:
                return Set("tokenizer.ggml.model", models[random.Next(models.Length)]);
            case 1:
                if (image[Tokens] is Array { Length: > 0 })
                {
                    image["tokenizer.ggml.merges"] = new[] { "a b", "b", "", "c d e" };
                }

                image["tokenizer.ggml.model"] = "gpt2";
                string[] splits = ["default", "llama-bpe", "qwen2", "gpt-2", "tekken", "smollm", "deepseek-llm", "jina-v2-en", "x"];
                return Set("tokenizer.ggml.pre", splits[random.Next(splits.Length)]);
            case 2:
                return Set($"tokenizer.ggml.{flags[random.Next(flags.Length)]}", random.Next(5) == 0 ? 1u : random.Next(2) == 0);
            default:
                return Set($"tokenizer.ggml.{ids[random.Next(ids.Length)]}_token_id", Interesting.Like(1u, random));
        }
    }

    public string ChangeArchitecture()
    {
        var before = Architecture;
        var after = Hyperparameters.Architectures[random.Next(Hyperparameters.Architectures.Length)];
        for (var i = 0; i < image.Metadata.Count; i++)
        {
            var (key, value) = image.Metadata[i];
            if (key.StartsWith(before + ".", StringComparison.Ordinal))
            {
                image.Metadata[i] = new(after + key[before.Length..], value);
            }
        }

        return Set("general.architecture", after);
    }

    private string Architecture => image["general.architecture"]?.ToString() ?? "llama";

    private string Set(string key, object value)
    {
        image[key] = value;
        return value is Array array ? $"{key} = {value.GetType().GetElementType()!.Name}[{array.Length}]"
            : $"{key} = {Short(value.ToString()!)} ({value.GetType().Name})";
    }

    private static string Short(string text) => text.Length > 40 ? $"{text[..40]}... ({text.Length})" : text;

    private static Array Resize(Array array, int length)
    {
        var element = array.GetType().GetElementType()!;
        var other = Array.CreateInstance(element, length);
        for (var i = 0; i < length; i++)
        {
            other.SetValue(i < array.Length ? array.GetValue(i) : array.GetValue(0), i);
        }

        return other;
    }
}
