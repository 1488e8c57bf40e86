namespace Lamina.Runtime;

/// <summary>Where weights go whose names match a pattern, whatever their layer's device is.</summary>
/// <param name="Pattern">A regular expression that is looked for in the tensor's name: <c>ffn_.*_exps</c> are the experts
/// of a mixture. The first one that matches counts.</param>
/// <param name="Device">A device's name; <c>CPU</c> for host memory.</param>
public sealed record TensorPlacement(string Pattern, string Device);
