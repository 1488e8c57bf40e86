namespace Lamina.Chat.Replies;

/// <summary>How a family of models writes calls of tools. Control tokens are written by their names.</summary>
internal sealed record CallSyntax
{
    /// <summary>What comes before the first call; empty where a reply that is nothing but a call begins with its object.</summary>
    public string Begin { get; init; } = "";

    /// <summary>What comes after the last call; empty where nothing does.</summary>
    public string End { get; init; } = "";

    /// <summary>What else may begin calls, as models write it at times.</summary>
    public IReadOnlyList<string> OtherBegins { get; init; } = [];

    public CallShape Shape { get; init; }

    /// <summary>Whether several calls may stand between begin and end; else each has its own.</summary>
    public bool HoldsSeveral { get; init; }

    /// <summary>What opens the list of calls, and closes it; empty for no list.</summary>
    public (string Open, string Close) List { get; init; } = ("", "");

    /// <summary>What stands between two calls of a list.</summary>
    public string Separator { get; init; } = "";

    /// <summary>What comes before a call's name, or its object.</summary>
    public string Before { get; init; } = "";

    /// <summary>What comes between a call's name and its arguments.</summary>
    public string Between { get; init; } = "";

    /// <summary>What comes after a call's arguments, or its object.</summary>
    public string After { get; init; } = "";

    public string NameKey { get; init; } = "name";

    public string ArgumentsKey { get; init; } = "arguments";

    /// <summary>The key of the call's number; null for none.</summary>
    public string? IdKey { get; init; }

    /// <summary>What the call's number looks like, as a regular expression.</summary>
    public string IdPattern { get; init; } = "^[a-zA-Z0-9]{9}$";

    /// <summary>What texts stand between.</summary>
    public string Mark { get; init; } = "\"";

    /// <summary>A name that stands for no call: what follows is said; null for none.</summary>
    public string? TextName { get; init; }

    /// <summary>Whether the prompt ends with the beginning.</summary>
    public bool IsBegun { get; init; }

    /// <summary>What begins a reply that calls nothing, where that is JSON as well: a JSON string follows. Null where it is text.</summary>
    public string? TextBegin { get; init; }
}
