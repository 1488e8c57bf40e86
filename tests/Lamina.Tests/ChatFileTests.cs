using Lamina.Tests.Fakes;
using Lamina.Tests.Gguf;
using Lamina.Tokens;

namespace Lamina.Tests;

/// <summary>Files of chats, given to a model without a template: ChatML stands in for it.</summary>
public sealed class ChatFileTests
{
    private const string Hello =
        """{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hëllo\n!"}],"more":[1]}""";

    [Test]
    public async Task Tokenize_Chats_AreRenderedEachByTheTemplate()
    {
        using var runtime = new FakeRuntime();
        using var file = new TemporaryFile(System.Text.Encoding.UTF8.GetBytes(
            $$"""
            {{Hello}}

            {"messages":[{"role":"user","content":"a"},{"role":"assistant","content":""}]}
            """));
        var chats = await ChatFile.TokenizeAsync(file.Path, new FakeModel(runtime));
        Assert.That(chats.Select(chat => runtime.Tokenizer.Decode([.. chat])), Is.EqualTo((string[])
        [
            "<|im_start|>system\nBe brief.<|im_end|>\n<|im_start|>user\nHëllo\n!<|im_end|>\n",
            "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n<|im_end|>\n",
        ]));
    }

    [TestCase("[]", "must be an object with \"messages\"")]
    [TestCase("""{"messages":"hello"}""", "must be an object with \"messages\"")]
    [TestCase("""{"messages":[]}""", "no messages")]
    [TestCase("""{"messages":[{"role":"user"}]}""", "Message 0 must be an object with \"content\"")]
    [TestCase("""{"messages":[{"role":"user","content":[]}]}""", "Message 0 must be an object with \"content\"")]
    [TestCase("""{"messages":[{"role":"user","content":"a"},{"role":"robot","content":"a"}]}""", "Message 1 has the role 'robot'")]
    [TestCase("{", "line 2")]
    public void Tokenize_LineThatIsNoChat_IsNamed(string line, string fault)
    {
        using var runtime = new FakeRuntime();
        using var file = new TemporaryFile(System.Text.Encoding.UTF8.GetBytes($"{Hello}\n{line}\n"));
        Assert.That(
            async () => await ChatFile.TokenizeAsync(file.Path, new FakeModel(runtime)),
            Throws.TypeOf<LaminaException>().With.Message.Contains("line 2").And.Message.Contains(file.Path)
                .And.Message.Contains(fault));
    }

    [Test]
    public void Tokenize_Cancelled_Stops()
    {
        using var runtime = new FakeRuntime();
        using var file = new TemporaryFile(System.Text.Encoding.UTF8.GetBytes(Hello));
        Assert.That(
            async () => await ChatFile.TokenizeAsync(file.Path, new FakeModel(runtime), new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
    }
}
