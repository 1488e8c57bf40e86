namespace Lamina.Constraints;

/// <summary>A schema cannot be honoured: it is wrong, admits nothing, or asks for what is not supported.</summary>
public sealed class SchemaException : LaminaException
{
    /// <summary>Creates the exception.</summary>
    /// <param name="location">Where in the schema, as a JSON pointer; empty for the whole of it.</param>
    /// <param name="keyword">The keyword, or null where it is none of them.</param>
    /// <param name="fault">What is wrong and what would be right.</param>
    /// <param name="innerException">The cause, or null.</param>
    public SchemaException(string location, string? keyword, string fault, Exception? innerException = null)
        : base(
            "compile schema",
            $"The schema at '#{location}' cannot be honoured{(keyword is null ? "" : $", for its '{keyword}'")}: {fault}",
            innerException: innerException)
    {
        Location = location;
        Keyword = keyword;
    }

    /// <summary>Where in the schema, as a JSON pointer; empty for the whole of it.</summary>
    public string Location { get; }

    /// <summary>The keyword, or null where it is none of them.</summary>
    public string? Keyword { get; }
}
