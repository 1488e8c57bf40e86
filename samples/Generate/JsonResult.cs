using System.Text.Encodings.Web;
using System.Text.Json;

namespace Generate;

/// <summary>The result for programs, on one line.</summary>
internal sealed record JsonResult(
    string Text,
    string FinishReason,
    int PromptTokens,
    int GeneratedTokens,
    double LoadSeconds,
    double FirstTokenSeconds,
    double TotalSeconds,
    double TokensPerSecond,
    uint Seed,
    JsonModel Model,
    IReadOnlyList<int> Tokens)
{
    private static readonly JsonResultContext Context = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // not for a web page: letters stay letters
    });

    public static string Of(Run run)
    {
        var (model, usage) = (run.Model, run.Usage);
        var result = new JsonResult(
            run.Text,
            JsonNamingPolicy.CamelCase.ConvertName(run.FinishReason.ToString()),
            usage.PromptTokens,
            usage.GeneratedTokens,
            run.LoadTime.TotalSeconds,
            usage.TimeToFirstToken.TotalSeconds,
            usage.Duration.TotalSeconds,
            usage.TokensPerSecond,
            run.Arguments.Seed,
            new JsonModel(
                run.Arguments.Model,
                model.Name,
                model.Architecture,
                model.FileType,
                model.ParameterCount,
                model.SizeBytes,
                model.ContextLength),
            run.Tokens);
        return JsonSerializer.Serialize(result, Context.JsonResult);
    }
}
