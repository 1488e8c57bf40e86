namespace Generate;

/// <summary>The model of a <see cref="JsonResult"/>.</summary>
internal sealed record JsonModel(
    string Path,
    string Name,
    string Architecture,
    string FileType,
    long ParameterCount,
    long SizeBytes,
    int ContextLength);
