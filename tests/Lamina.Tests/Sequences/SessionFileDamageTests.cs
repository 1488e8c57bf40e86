using System.Buffers.Binary;
using System.IO.Hashing;
using System.Text;
using Lamina.Sequences;

namespace Lamina.Tests.Sequences;

internal sealed class SessionFileDamageTests
{
    private SessionFolder _folder = null!;
    private byte[] _file = null!;

    [SetUp]
    public void SetUp()
    {
        _folder = new();
        using var state = SessionFolder.Create(5, 4, 6, 50);
        _file = _folder.Bytes(state);
    }

    [TearDown]
    public void TearDown() => _folder.Dispose();

    [Test]
    public void Save_KnownState_WritesTheBytesOfVersion1()
    {
        var block = new StateBlock("m\u00E9", "f16", [1, -2], 3) { ExactLength = 1 };
        new byte[] { 7, 8, 9 }.CopyTo(block.Bytes);
        using var state = new SequenceState(block, [1, -2, 0x01020304]);
        Assert.That(Convert.ToHexString(_folder.Bytes(state)), Is.EqualTo(
            "4C616D696E611A0A" + "01000000" // what it is, and of which version
            + "0300" + "0300" + "03000000" + "02000000" + "01000000" + "0300000000000000" // the lengths
            + "15AC7649DCA6FBD8" // the header's checksum
            + "6DC3A9" + "663136" // model and format
            + "01000000" + "FEFFFFFF" + "04030201" // tokens
            + "070809"
            + "8FB5C1D57D08197510F21A0A1CB29CD4"));
    }

    [Test]
    public void Load_AnyBitFlipped_SaysWhat()
    {
        for (var bit = 0; bit < _file.Length * 8; bit++)
        {
            byte[] spoilt = [.. _file];
            spoilt[bit / 8] ^= (byte)(1 << (bit % 8));
            var expected = (bit / 8) switch
            {
                < 8 => SessionFileFault.NotASessionFile,
                < 12 => SessionFileFault.UnsupportedVersion,
                _ => SessionFileFault.Damaged,
            };
            Assert.That(Load(spoilt).Reason, Is.EqualTo(expected), $"bit {bit % 8} of byte {bit / 8}");
        }
    }

    [Test]
    public void Load_CutAnywhere_SaysSo()
    {
        for (var length = 0; length < _file.Length; length++)
        {
            var expected = length < 8 ? SessionFileFault.NotASessionFile : SessionFileFault.Cut;
            Assert.That(Load(_file[..length]).Reason, Is.EqualTo(expected), $"{length} bytes");
        }
    }

    [Test]
    public void Load_BytesAtTheEnd_IsDamaged()
    {
        Assert.That(Load([.. _file, 0]).Reason, Is.EqualTo(SessionFileFault.Damaged));
        Assert.That(Load([.. _file, .. _file]).Reason, Is.EqualTo(SessionFileFault.Damaged));
    }

    [Test]
    public void Load_LaterVersion_SaysBothVersions()
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_file.AsSpan(8), 2);
        var exception = Load(_file);
        Assert.That(exception.Reason, Is.EqualTo(SessionFileFault.UnsupportedVersion));
        Assert.That(exception.Message, Does.Contain("version 2").And.Contain("version 1."));
    }

    [TestCase("")]
    [TestCase("GGUF")]
    [TestCase("GGUF and what comes after it in a file of some length")]
    public void Load_OtherFile_IsNoSessionFile(string content)
    {
        var exception = Load(Encoding.UTF8.GetBytes(content));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(exception.Reason, Is.EqualTo(SessionFileFault.NotASessionFile));
            Assert.That(exception.Path, Is.EqualTo(_folder["spoilt"]));
            Assert.That(exception.Message, Does.StartWith($"'{_folder["spoilt"]}' cannot be used: it does not begin"));
        }
    }

    [TestCase(12, 0xFFFFu, 2)]
    [TestCase(14, 0xFFFFu, 2)]
    [TestCase(16, 0xFFFFFFFFu, 4)]
    [TestCase(16, 0x7FFFFFFFu, 4)]
    [TestCase(16, 0x20000000u, 4)]
    [TestCase(28, 0x7FFFFFFFu, 8)]
    [TestCase(28, 0xFFFFFFFFu, 8)]
    [TestCase(28, 0x7FFFFFFFFFFFFFFFu, 8)]
    [TestCase(28, 0xFFFFFFFFFFFFFFFFu, 8)]
    [TestCase(28, 0xFFFFFFFFFFFFFFC8u, 8)]
    public void Load_LengthThatTheFileDoesNotBearOut_IsCutAndAllocatesNothing(int offset, ulong value, int size)
    {
        for (var i = 0; i < size; i++)
        {
            _file[offset + i] = (byte)(value >> (8 * i));
        }

        Sign(_file);
        Assert.That(Load(_file).Reason, Is.EqualTo(SessionFileFault.Cut));
    }

    [TestCase(20, 7u)]
    [TestCase(24, 5u)]
    public void Load_MoreComputedThanTokensOrExactThanComputed_IsDamaged(int offset, uint count)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(_file.AsSpan(offset), count);
        Sign(_file);
        Assert.That(Load(_file).Reason, Is.EqualTo(SessionFileFault.Damaged));
    }

    /// <summary>Makes the checksum of the header right again.</summary>
    private static void Sign(byte[] file) =>
        BinaryPrimitives.WriteUInt64LittleEndian(file.AsSpan(36), XxHash3.HashToUInt64(file.AsSpan(0, 36)));

    /// <summary>What comes of loading a file that is spoilt, without taking much memory.</summary>
    private SessionFileException Load(byte[] spoilt)
    {
        File.WriteAllBytes(_folder["spoilt"], spoilt);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var exception = Assert.Throws<SessionFileException>(() => SessionFile.Load(_folder["spoilt"], null, default));
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.LessThan(1 << 18));
        return exception;
    }
}
