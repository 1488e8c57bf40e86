using System.Text.RegularExpressions;

namespace Lamina.LlamaCpp.Tests.Runtime;

/// <summary>How weights are named to native code that go elsewhere than their layer.</summary>
public sealed class OffloadParametersTests
{
    [Test]
    public void Patterns_OfWeights_MatchTheseAndNoOthers()
    {
        string[] all =
        [
            "token_embd.weight", "output.weight", "output_norm.weight",
            .. Enumerable.Range(0, 120).SelectMany(layer => new[] { $"blk.{layer}.ffn_up.weight", $"blk.{layer}.ffn_up_exps.weight", $"blk.{layer}.attn_q.bias" }),
        ];
        string[] chosen = [.. all.Where(name => name.Contains("exps", StringComparison.Ordinal)), "blk.7.ffn_up.weight", "output.weight"];
        string[] patterns = [.. OffloadParameters.Patterns(chosen)];

        Assert.That(patterns, Has.Length.EqualTo(3), "one for all layers' experts");
        Assert.That(patterns.Select(pattern => pattern.Length), Has.All.LessThan(600));
        Assert.That(
            all.Where(name => patterns.Any(pattern => Regex.IsMatch(name, pattern, RegexOptions.None, TimeSpan.FromSeconds(1)))),
            Is.EquivalentTo(chosen));
    }
}
