namespace Lamina.Chat.Replies;

/// <summary>How a call's name and arguments are written.</summary>
internal enum CallShape
{
    /// <summary>A JSON object with both.</summary>
    Json,

    /// <summary>The name, and after it a JSON object.</summary>
    NamedJson,

    /// <summary>As Python calls functions: <c>name(key='value', other=1)</c>.</summary>
    Python,

    /// <summary>The name, and after it <c>{key:value}</c>, where texts are between marks.</summary>
    Marked,
}
