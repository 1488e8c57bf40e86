namespace TinyCorpus.Tasks;

/// <summary>A request for which a tool is to be called.</summary>
/// <param name="Tool">The tool.</param>
/// <param name="Request">What the user says.</param>
/// <param name="Arguments">What to call it with.</param>
/// <param name="Result">What the tool might return, as JSON.</param>
/// <param name="Reply">What to say then.</param>
internal sealed record ToolCase(Tool Tool, string Request, object[] Arguments, string Result, string Reply);
