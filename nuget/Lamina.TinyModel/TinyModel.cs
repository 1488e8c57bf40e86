namespace Lamina;

/// <summary>A very small model and its draft, as GGUF files beside the program.</summary>
/// <remarks>
/// Trained for Lamina on texts that a program wrote: for first steps without a download, and for programs that test
/// themselves offline. What it can do, and how well, its model card says: the package's README.
/// </remarks>
public static class TinyModel
{
    /// <summary>The model: llama architecture, 3.7 million weights in F16, 7.4 MB, context of 1,024 tokens, chats in ChatML.</summary>
    /// <exception cref="FileNotFoundException">The file is not beside the program.</exception>
    public static string Path => Find("lamina-tiny.gguf");

    /// <summary>The draft model for speculation: the same vocabulary and texts, two layers, under 3 MB.</summary>
    /// <exception cref="FileNotFoundException">The file is not beside the program.</exception>
    public static string DraftPath => Find("lamina-tiny-draft.gguf");

    private static string Find(string name)
    {
        var path = System.IO.Path.Combine(AppContext.BaseDirectory, name);
        return File.Exists(path) ? path : throw new FileNotFoundException(
            $"{name} is not beside the program, where the build of Lamina.TinyModel puts it; copy it from the package's folder "
            + "\"models\".", path);
    }
}
