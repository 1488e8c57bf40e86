using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Lamina.Runtime;

namespace Devices;

/// <summary>All of it for programs, on one line. Written without reflection, so that it can be compiled ahead of time.</summary>
[JsonSerializable(typeof(Findings))]
internal sealed partial class FindingsJson : JsonSerializerContext
{
    private static readonly FindingsJson Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // not for a web page: letters stay letters
        Converters =
        {
            new JsonStringEnumConverter<DeviceKind>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<DeviceSplit>(JsonNamingPolicy.CamelCase),
            new JsonStringEnumConverter<DeviceCapabilities>(JsonNamingPolicy.CamelCase),
        },
    });

    public static string Of(Findings findings) => JsonSerializer.Serialize(findings, Context.Findings);
}
