namespace Lamina.LlamaCpp.Tests.Docs;

/// <summary>docs/errors.md.</summary>
public sealed class ErrorsTests : PageFixture
{
    private readonly TextWriter _before = Console.Error;
    private StringWriter _error = new();

    [SetUp]
    public void WatchStandardError() => Console.SetError(_error = new());

    [TearDown]
    public void GiveStandardErrorBack() => Console.SetError(_before);

    [Test]
    public async Task WrongOptions_AreAllTold()
    {
        try
        {
            await using var engine = await LlamaCpp.LoadAsync("model.gguf", new() { ContextSize = 1_000_000, MaxSequences = 0 });
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message); // all faults of the options
        }
        catch (Exception e) when (e is LaminaException or IOException)
        {
            Console.Error.WriteLine(e.Message); // the file, the memory, the libraries
        }

        Assert.That(_error.ToString(), Does.Contain("MaxSequences"));
    }

    [Test]
    public async Task LongPrompt_IsTold()
    {
        await using var engine = await LlamaCpp.LoadAsync("model.gguf", new() { ContextSize = 64 });
        var longPrompt = string.Concat(Enumerable.Repeat("Once upon a time ", 1000));

        try
        {
            await foreach (var token in engine.GenerateAsync(longPrompt))
                Console.Write(token.Text);
        }
        catch (ContextFullException e)
        {
            Console.Error.WriteLine($"{e.TokenCount} tokens, and {e.ContextSize} fit.");
        }

        Assert.That(_error.ToString(), Does.EndWith($" fit.{Environment.NewLine}"));
    }

    [Test]
    public void Exceptions_AreThoseOfThePage()
    {
        var page = Repository.Read("docs/errors.md");
        var exceptions = LaminaTypes.All.Where(type => type.IsAssignableTo(typeof(LaminaException))).ToArray();
        Assert.That(exceptions, Has.Length.GreaterThan(10));
        Assert.That(exceptions.Where(type => !page.Contains($"`{type.Name}`", StringComparison.Ordinal)), Is.Empty);
    }
}
