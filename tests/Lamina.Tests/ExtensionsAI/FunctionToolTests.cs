using System.Text.Json;
using Lamina.Extensions.AI;
using Microsoft.Extensions.AI;

namespace Lamina.Tests.ExtensionsAI;

internal sealed class FunctionToolTests
{
    [Test]
    public async Task AsChatTool_OfADelegate_DescribesAndInvokesIt()
    {
        var tool = AIFunctionFactory.Create(
            ([System.ComponentModel.Description("How many.")] int count, string word = "x") => string.Concat(Enumerable.Repeat(word, count)), "repeat", "Repeats a word.").AsChatTool();
        using (Assert.EnterMultipleScope())
        {
            Assert.That((tool.Description.Name, tool.Description.Description), Is.EqualTo(("repeat", "Repeats a word.")));
            Assert.That(tool.Description.Parameters.GetProperty("properties").GetProperty("count").GetProperty("description").GetString(), Is.EqualTo("How many."));
            Assert.That(tool.Description.Parameters.GetProperty("required").EnumerateArray().Single().GetString(), Is.EqualTo("count"));
            Assert.That(await tool.InvokeAsync(JsonElement.Parse("""{"count": 3, "word": "ab"}""")), Is.EqualTo("ababab"));
            Assert.That(await tool.InvokeAsync(JsonElement.Parse("""{"count": 2}""")), Is.EqualTo("xx"));
        }
    }

    [Test]
    public async Task AsChatTool_OtherResults_AreJson()
    {
        Assert.That(await AIFunctionFactory.Create(() => new[] { 1, 2 }, "f").AsChatTool().InvokeAsync(JsonElement.Parse("{}")), Is.EqualTo("[1,2]"));
        Assert.That(await AIFunctionFactory.Create(() => (string?)null, "f").AsChatTool().InvokeAsync(JsonElement.Parse("{}")), Is.EqualTo("null"));
        Assert.That(
            async () => await AIFunctionFactory.Create((int a) => a, "f").AsChatTool().InvokeAsync(JsonElement.Parse("{}")), Throws.InstanceOf<ArgumentException>());
        Assert.That(() => FunctionToolExtensions.AsChatTool(null!), Throws.ArgumentNullException);
    }
}
