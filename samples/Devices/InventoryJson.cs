using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lamina.Runtime;

namespace Devices;

/// <summary>The devices for programs, on one line. Written without reflection, so that it can be compiled ahead of time.</summary>
[JsonSerializable(typeof(DeviceInventory))]
internal sealed partial class InventoryJson : JsonSerializerContext
{
    private static readonly InventoryJson Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // not for a web page: letters stay letters
        Converters =
        {
            new JsonStringEnumConverter<DeviceKind>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<DeviceCapabilities>(JsonNamingPolicy.CamelCase),
        },
    });

    public static string Of(DeviceInventory inventory) => JsonSerializer.Serialize(inventory, Context.DeviceInventory);
}
