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

        if (model.UInt32("nextn_predict_layers") is { } extra && extra > layers)
        {
            throw model.Fail(
                $"'{model.Key("nextn_predict_layers")}' is {extra}, but the model has {layers} layers; these are among them.");
        }
    }
}
