using Lamina.Sequences;
using Lamina.Workers;

namespace Lamina.Tests.Workers;

internal sealed class WorkerFailureTests
{
#pragma warning disable MA0015 // These are not thrown here.
    private static IEnumerable<Exception> Errors =>
    [
        new ContextFullException("generate", 5, 4),
        new MemoryLimitException("load model", "The weights do not fit. About what?", 123_456_789, 1000),
        new GgufException("/a b.gguf", "it is cut short: 'x' cannot be used: no."),
        new SessionFileException(null, SessionFileFault.OtherModel, "it is of another model."),
        new SessionFileException("file", SessionFileFault.Cut, "it is cut."),
        new UnsupportedModelException("arch", "not this"),
        new NativeLibraryException("no library"),
        new LaminaException("decode", "it failed", -3),
        new FileNotFoundException("no file", "/x"),
        new ArgumentException("wrong", "options"),
        new ArgumentException("wrong"),
        new ArgumentNullException("prompt", "was null"),
        new ArgumentOutOfRangeException("length", 5, "There are not so many."),
        new ObjectDisposedException("ISequence"),
        new OperationCanceledException("stopped"),
        new DirectoryNotFoundException("no folder"),
        new UnauthorizedAccessException("no"),
        new NotSupportedException("not that"),
        new InvalidOperationException("not now"),
        new IOException("disk"),
    ];
#pragma warning restore MA0015

    [TestCaseSource(nameof(Errors))]
    public void ToException_OfAnError_IsTheSame(Exception error)
    {
        var found = WorkerFailure.Of(error).ToException();
        Assert.That(found, Is.TypeOf(error.GetType()));
        Assert.That(found.Message, Is.EqualTo(error.Message));
        foreach (var property in error.GetType().GetProperties().Where(property => property.DeclaringType!.Assembly == typeof(LaminaException).Assembly))
        {
            Assert.That(property.GetValue(found), Is.EqualTo(property.GetValue(error)), property.Name);
        }

        Assert.That((found as ArgumentException)?.ParamName, Is.EqualTo((error as ArgumentException)?.ParamName));
        Assert.That((found as FileNotFoundException)?.FileName, Is.EqualTo((error as FileNotFoundException)?.FileName));
    }

    [Test]
    public void ToException_OfAnUnknownError_SaysWhatItWas()
    {
        var found = WorkerFailure.Of(new FormatException("odd")).ToException();
        Assert.That(found, Is.TypeOf<LaminaException>().With.Message.EqualTo("System.FormatException: odd"));
    }

    [Test]
    public void ToException_OfAThrownError_KeepsWhereItWasThrown()
    {
        var failure = WorkerFailure.Of(Assert.Throws<InvalidOperationException>(Throw)!);
        Assert.That(failure.ToException().StackTrace, Does.Contain(nameof(Throw)));

        static void Throw() => throw new InvalidOperationException();
    }
}
