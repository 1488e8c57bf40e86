using Lamina.Gguf;

namespace Lamina.LoadProbe;

/// <summary>Takes a file as far as it goes: header, load, one token or one embedding.</summary>
internal static class Probe
{
    /// <summary>
    /// <c>ran</c>; <c>refused</c> by the header's checks; <c>rejected</c> by native code or for what it would need;
    /// <c>fault</c> for an exception that no caller should see. The last three with the reason.
    /// </summary>
    public static async Task<string> RunAsync(string path)
    {
        try
        {
            var contextLength = GgufFile.Read(path).ContextLength ?? 64;
            var options = new EngineOptions
            {
                ContextSize = (int)Math.Clamp(contextLength, 1, 64), MaxSequences = 1, Threads = 1, MemoryLimit = 1L << 31,
            };
            await using var engine = await LlamaCpp.LlamaCpp.LoadAsync(path, options);
            await UseAsync(engine);
            return "ran";
        }
        catch (GgufException exception)
        {
            return Line("refused", exception);
        }
        catch (Exception exception) when (exception is LaminaException or ArgumentException { ParamName: "prompt" })
        {
            return Line("rejected", exception);
        }
#pragma warning disable CA1031 // Whatever it is, the test wants to know.
        catch (Exception exception)
#pragma warning restore CA1031
        {
            return Line("fault", exception);
        }
    }

    private static async Task UseAsync(IInferenceEngine engine)
    {
        if (engine.Model.CanGenerate)
        {
            await foreach (var token in engine.GenerateAsync("Hi \u00E9\n", new GenerationOptions { MaxTokens = 1 }))
            {
                _ = token.Text;
            }
        }
        else
        {
            await engine.EmbedAsync(["Hi"]);
        }
    }

    private static string Line(string outcome, Exception exception) =>
        $"{outcome} {exception.GetType().Name}: {exception.Message}".ReplaceLineEndings(" ");
}
