using System.CommandLine;

namespace Samples;

/// <summary>Options that take a text.</summary>
internal static class TextOption
{
    public static void RefuseEmpty(Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => token.Value.Length == 0))
        {
            result.AddError($"Option '{option.Name}' was given an empty text.");
        }
    });
}
