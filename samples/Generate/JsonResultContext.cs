using System.Text.Json.Serialization;

namespace Generate;

/// <summary>Serialization without reflection, so that the program can be compiled ahead of time.</summary>
[JsonSerializable(typeof(JsonResult))]
internal sealed partial class JsonResultContext : JsonSerializerContext;
