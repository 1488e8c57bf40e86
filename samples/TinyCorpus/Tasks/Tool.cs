namespace TinyCorpus.Tasks;

/// <summary>A function that a model can call.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Description">What it does.</param>
/// <param name="Parameters">Its parameters, all required: name, and type in JSON Schema.</param>
internal sealed record Tool(string Name, string Description, params (string Name, string Type)[] Parameters)
{
    /// <summary>The tool as the chat template writes it into the system message.</summary>
    public string Json => JsonForm.Object(
    [
        ("name", Name),
        ("description", Description),
        ("parameters", new JsonForm.Raw(JsonForm.Object(
        [
            ("type", "object"),
            ("properties", new JsonForm.Raw(JsonForm.Object(Parameters.Select(parameter =>
                (parameter.Name, (object)new JsonForm.Raw(JsonForm.Object([("type", parameter.Type)]))))))),
            ("required", new JsonForm.Raw("[" + string.Join(", ", Parameters.Select(parameter => JsonForm.Scalar(parameter.Name))) + "]")),
        ]))),
    ]);

    /// <summary>A call as a model writes it.</summary>
    public string Call(params object[] arguments) =>
        "<tool_call>\n" + JsonForm.Object(
        [
            ("name", Name),
            ("arguments", new JsonForm.Raw(JsonForm.Object(Parameters.Zip(arguments, (parameter, value) => (parameter.Name, value))))),
        ]) + "\n</tool_call>";
}
