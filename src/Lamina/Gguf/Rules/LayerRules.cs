namespace Lamina.Gguf.Rules;

/// <summary>A network has from 1 to 512 layers, of which some may predict further tokens.</summary>
internal static class LayerRules
{
    private const uint MaxLayers = 512;

    public static void Check(ModelHeader model)
    {
        var layers = model.UInt32("block_count") ?? throw model.Fail($"'{model.Key("block_count")}' is missing.");
        if (layers is 0 or > MaxLayers)
        {
            throw model.Fail($"'{model.Key("block_count")}' is {layers}; a model has from 1 to {MaxLayers} layers.");
        }

        var loops = string.Equals(model.Architecture, "nanbeige", StringComparison.Ordinal) ? model.UInt32("num_loops") ?? 1 : 1;
        if (loops == 0 || loops > MaxLayers / layers)
        {
            throw model.Fail(
                $"'{model.Key("num_loops")}' is {loops} with {layers} layers; from 1 loop to {MaxLayers} layers in all are possible.");
        }

        if (model.UInt32("nextn_predict_layers") is { } extra && extra > layers)
        {
            throw model.Fail(
                $"'{model.Key("nextn_predict_layers")}' is {extra}, but the model has {layers} layers; these are among them.");
        }
    }
}
