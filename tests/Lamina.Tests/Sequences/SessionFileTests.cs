using Lamina.Sequences;

namespace Lamina.Tests.Sequences;

internal sealed class SessionFileTests
{
    private SessionFolder _folder = null!;

    [SetUp]
    public void SetUp() => _folder = new();

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [TestCase(1, 1, 1)]
    [TestCase(7, 9, 100)]
    [TestCase(0, 3, 0)]
    [TestCase(0, 0, 0)]
    [TestCase(300_000, 600_000, 1 << 20)]
    [TestCase(12, 12, (5 << 19) + 3)]
    public async Task Load_AfterSave_GivesTheSameState(int computed, int tokens, int bytes)
    {
        using var state = SessionFolder.Create(5, computed, tokens, bytes);
        await state.SaveAsync(_folder["a"]);
        using var loaded = await SequenceState.LoadAsync(_folder["a"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(loaded.Tokens.AsSpan().SequenceEqual(state.Tokens.AsSpan()), Is.True);
            Assert.That(loaded.ComputedCount, Is.EqualTo(computed));
            Assert.That(loaded.Block.Tokens.AsSpan().SequenceEqual(state.Block.Tokens), Is.True);
            Assert.That(loaded.ModelFingerprint, Is.EqualTo("model \u00E9"));
            Assert.That(loaded.Format, Is.EqualTo("fake:f16"));
            Assert.That(loaded.ByteCount, Is.EqualTo(bytes));
            Assert.That(loaded.Block.Bytes.Span.SequenceEqual(state.Block.Bytes.Span), Is.True);
            Assert.That(_folder.Names, Is.EqualTo(["a"]));
        }
    }

    [TestCase(0, 0)]
    [TestCase(3, 3)]
    [TestCase(7, int.MaxValue)]
    [TestCase(8, int.MaxValue)]
    [TestCase(int.MaxValue, int.MaxValue)]
    public async Task Load_AfterSave_KnowsWhatWasComputedExactly(int exact, int expected)
    {
        var block = new StateBlock("model", "format", [1, 2, 3, 4, 5, 6, 7], 3) { ExactLength = exact };
        using var state = new SequenceState(block, [1, 2, 3, 4, 5, 6, 7, 8]);
        await state.SaveAsync(_folder["a"]);
        using var loaded = await SequenceState.LoadAsync(_folder["a"]);
        Assert.That(loaded.Block.ExactLength, Is.EqualTo(expected));
    }

    [Test]
    public async Task Save_FileAndLeftoversAreThere_ReplacesTheOneAndLeavesTheOthers()
    {
        await File.WriteAllTextAsync(_folder["a"], "old");
        await File.WriteAllTextAsync(_folder["lamina-0.tmp"], "of a killed process");
        using var state = SessionFolder.Create(5, 2, 3, 10);
        await state.SaveAsync(_folder["a"]);
        using var loaded = await SequenceState.LoadAsync(_folder["a"]);
        Assert.That(loaded.Tokens, Is.EqualTo(state.Tokens));
        Assert.That(_folder.Names, Is.EqualTo(["a", "lamina-0.tmp"]));
    }

    [Test]
    public async Task Save_LongestName_IsAllowed()
    {
        var path = _folder[new('a', 255)];
        using var state = SessionFolder.Create(5, 2, 3, 10);
        await state.SaveAsync(path);
        Assert.That(path, Does.Exist);
    }

    [Test]
    public async Task Progress_OfSaveAndLoad_GoesFromZeroToOne()
    {
        var (saved, loaded) = (new List<float>(), new List<float>());
        using var state = SessionFolder.Create(5, 2, 3, (5 << 20) + 1);
        await state.SaveAsync(_folder["a"], new ActionProgress(saved.Add));
        using var _ = await SequenceState.LoadAsync(_folder["a"], new ActionProgress(loaded.Add));
        foreach (var values in (List<float>[])[saved, loaded])
        {
            Assert.That(values, Has.Count.GreaterThan(6).And.Ordered);
            Assert.That((values[0], values[^2] < 1, values[^1]), Is.EqualTo((0f, true, 1f)).Within(1e-4f));
        }
    }

    [TestCase(0f)]
    [TestCase(0.5f)]
    public async Task Save_CancelledOrFailing_LeavesTheOldFileAlone(float at)
    {
        await File.WriteAllTextAsync(_folder["a"], "old");
        using var state = SessionFolder.Create(5, 2, 3, 4 << 20);
        using var source = new CancellationTokenSource();
        var cancel = new ActionProgress(part => _ = part >= at ? Cancel(source) : default);
        var fail = new ActionProgress(part => _ = part >= at ? throw new NotFiniteNumberException() : 0);
        Assert.That(() => state.SaveAsync(_folder["a"], cancel, source.Token), Throws.InstanceOf<OperationCanceledException>());
        Assert.That(() => state.SaveAsync(_folder["a"], fail), Throws.InstanceOf<NotFiniteNumberException>());
        Assert.That(_folder.Names, Is.EqualTo(["a"]));
        Assert.That(await File.ReadAllTextAsync(_folder["a"]), Is.EqualTo("old"));
    }

    [Test]
    public void Save_CancelledBefore_WritesNothing()
    {
        using var state = SessionFolder.Create(5, 2, 3, 10);
        Assert.That(
            () => state.SaveAsync(_folder["a"], null, new CancellationToken(canceled: true)),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(_folder.Names, Is.Empty);
    }

    [Test]
    public async Task Load_Cancelled_Throws()
    {
        using var state = SessionFolder.Create(5, 2, 3, 4 << 20);
        await state.SaveAsync(_folder["a"]);
        using var source = new CancellationTokenSource();
        var cancel = new ActionProgress(part => _ = part >= 0.5f ? Cancel(source) : default);
        Assert.That(
            () => SequenceState.LoadAsync(_folder["a"], cancel, source.Token),
            Throws.InstanceOf<OperationCanceledException>());
    }

    [Test]
    public void Paths_ThatCannotBe_GiveTheExceptionsOfTheRuntime()
    {
        using var state = SessionFolder.Create(5, 2, 3, 10);
        Directory.CreateDirectory(_folder["folder"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(() => SequenceState.LoadAsync(_folder["a"]), Throws.InstanceOf<FileNotFoundException>());
            Assert.That(() => SequenceState.LoadAsync(_folder["folder"]), Throws.InstanceOf<UnauthorizedAccessException>());
            Assert.That(() => SequenceState.LoadAsync(" "), Throws.InstanceOf<ArgumentException>());
            Assert.That(() => state.SaveAsync(_folder["b/a"]), Throws.InstanceOf<DirectoryNotFoundException>());
            Assert.That(
                () => state.SaveAsync(_folder["folder"]),
                Throws.InstanceOf<IOException>().Or.InstanceOf<UnauthorizedAccessException>());
            Assert.That(() => state.SaveAsync(null!), Throws.InstanceOf<ArgumentNullException>());
            Assert.That(_folder.Names, Is.EqualTo(["folder"]));
        }
    }

    [Test]
    public async Task Save_StateIsDisposedOfMeanwhile_EndsAndGivesItsMemoryBack()
    {
        var state = SessionFolder.Create(5, 2, 3, 4 << 20);
        var block = state.Block;
        await state.SaveAsync(_folder["a"], new ActionProgress(_ => state.Dispose()));
        using var loaded = await SequenceState.LoadAsync(_folder["a"]);
        Assert.That(() => block.Bytes, Throws.InstanceOf<ObjectDisposedException>());
        Assert.That(() => state.SaveAsync(_folder["a"]), Throws.InstanceOf<ObjectDisposedException>());
    }

    [Test]
    public async Task Save_DecoderWritesToItMeanwhile_FileIsWhole()
    {
        using var state = SessionFolder.Create(5, 2, 3, 3 << 20);
        var isSaved = false;
        using var begun = new ManualResetEventSlim();
        var decoder = Task.Run(() =>
        {
            begun.Set();
            for (byte i = 0; !Volatile.Read(ref isSaved); i++)
            {
                lock (state.Block.Gate)
                {
                    state.Block.Bytes.Span[1_500_000] = i;
                }

                Thread.SpinWait(50);
            }
        });
        begun.Wait();
        for (var i = 0; i < 5; i++)
        {
            await state.SaveAsync(_folder["a"]);
            (await SequenceState.LoadAsync(_folder["a"])).Dispose();
        }

        Volatile.Write(ref isSaved, true);
        await decoder;
    }

    [TestCase("model \u00E9", "fake:f16", null)]
    [TestCase("other", "fake:f16", SessionFileFault.OtherModel)]
    [TestCase("model \u00E9", "fake:q8_0", SessionFileFault.OtherFormat)]
    public async Task ThrowIfForeign_OtherModelOrFormat_SaysBoth(string model, string format, SessionFileFault? fault)
    {
        using var state = SessionFolder.Create(5, 2, 3, 10);
        await state.SaveAsync(_folder["a"]);
        using var loaded = await SequenceState.LoadAsync(_folder["a"]);
        if (fault is null)
        {
            Assert.That(() => loaded.ThrowIfForeign(model, format, int.MaxValue), Throws.Nothing);
            return;
        }

        var found = Assert.Throws<SessionFileException>(() => loaded.ThrowIfForeign(model, format, int.MaxValue));
        var unnamed = Assert.Throws<SessionFileException>(() => state.ThrowIfForeign(model, format, int.MaxValue));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((found.Reason, found.Path, found.Operation), Is.EqualTo((fault, _folder["a"], "load session")));
            Assert.That(found.Message, Does.Contain(_folder["a"]).And.Contain(fault == SessionFileFault.OtherModel ? model : format));
            Assert.That((unnamed.Reason, unnamed.Path), Is.EqualTo((fault, (string?)null)));
            Assert.That(unnamed.Message, Does.StartWith("The state cannot be used: it is of the"));
        }
    }

    private static int Cancel(CancellationTokenSource source)
    {
        source.Cancel();
        return 0;
    }
}
