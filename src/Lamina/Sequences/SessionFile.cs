using System.Buffers;
using System.Buffers.Binary;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Lamina.Files;

namespace Lamina.Sequences;

/// <summary>
/// Writes the state of a sequence to a file and reads it back. After the <see cref="SessionHeader"/> come the model's
/// fingerprint, the state's format, the tokens (4 bytes each), the state and the checksum.
/// </summary>
internal static class SessionFile
{
    // What is read or written between two looks at the cancellation token.
    private const int PartSize = 1 << 20;

    /// <summary>Writes a state beside its file, and then puts it in the file's place, at once and as a whole.</summary>
    /// <param name="path">The file; one that is there already is replaced.</param>
    /// <param name="block">The state.</param>
    /// <param name="tokens">All tokens of the sequence, of which the block's are the first.</param>
    /// <param name="progress">Told the part that is written, or null.</param>
    /// <param name="cancellationToken">Stops the writing; the file is as before.</param>
    public static void Save(
        string path,
        StateBlock block,
        ReadOnlyMemory<int> tokens,
        IProgress<float>? progress,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var model = Encoding.UTF8.GetBytes(block.Model);
        var format = Encoding.UTF8.GetBytes(block.Format);
        var header = new SessionHeader(
            checked((ushort)model.Length),
            checked((ushort)format.Length),
            (uint)tokens.Length,
            (uint)block.Tokens.Length,
            (uint)Math.Min(block.ExactLength, block.Tokens.Length),
            (ulong)block.Bytes.Length);

        WholeFile.Write(
            path,
            (long)header.FileSize,
            file => Write(file, header, [.. model, .. format], tokens.Span, block, progress, cancellationToken),
            cancellationToken);
        progress?.Report(1);
    }

    /// <summary>Reads a state.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told the part that is read, or null.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="SessionFileException">The file is no session file, or not a whole one.</exception>
    public static SequenceState Load(string path, IProgress<float>? progress, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var file = new FileStream(path, new FileStreamOptions
        {
            Share = FileShare.Read | FileShare.Delete,
            Options = FileOptions.SequentialScan,
            BufferSize = 0,
        });
        var size = file.CanSeek ? file.Length : 0;
        Span<byte> start = stackalloc byte[SessionHeader.Size];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        var header = SessionHeader.Read(path, start, size);
        try
        {
            return Read(file, path, header, start, progress, cancellationToken);
        }
        catch (EndOfStreamException exception)
        {
            throw SessionHeader.Cut(path, header.FileSize, file.Length, exception);
        }
    }

    private static void Write(
        FileStream file,
        SessionHeader header,
        ReadOnlySpan<byte> names,
        ReadOnlySpan<int> tokens,
        StateBlock block,
        IProgress<float>? progress,
        CancellationToken cancellationToken)
    {
        var hash = new XxHash128();
        var part = ArrayPool<byte>.Shared.Rent(PartSize);
        try
        {
            header.Write(part);
            Put(part.AsSpan(0, SessionHeader.Size));
            Put(names);
            for (int start = 0, count; start < tokens.Length; start += count)
            {
                count = Math.Min(tokens.Length - start, PartSize / sizeof(int));
                for (var i = 0; i < count; i++)
                {
                    BinaryPrimitives.WriteInt32LittleEndian(part.AsSpan(i * sizeof(int)), tokens[start + i]);
                }

                Put(part.AsSpan(0, count * sizeof(int)));
            }

            for (int start = 0, count; start < block.Bytes.Length; start += count)
            {
                count = Math.Min(block.Bytes.Length - start, PartSize);

                // Decoders may write to bytes that say nothing; the checksum must be of what is written here.
                lock (block.Gate)
                {
                    block.Bytes.Span.Slice(start, count).CopyTo(part);
                }

                Put(part.AsSpan(0, count));
            }

            file.Write(hash.GetCurrentHash());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(part);
        }

        void Put(ReadOnlySpan<byte> bytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report((float)(file.Position / (double)header.FileSize));
            hash.Append(bytes);
            file.Write(bytes);
        }
    }

    private static SequenceState Read(
        FileStream file,
        string path,
        SessionHeader header,
        ReadOnlySpan<byte> start,
        IProgress<float>? progress,
        CancellationToken cancellationToken)
    {
        var hash = new XxHash128();
        hash.Append(start);
        var names = new byte[header.ModelLength + header.FormatLength];
        Fill(names);
        var tokens = new int[header.TokenCount];
        Fill(MemoryMarshal.AsBytes(tokens.AsSpan()));
        if (!BitConverter.IsLittleEndian)
        {
            BinaryPrimitives.ReverseEndianness(tokens, tokens);
        }

        var block = new StateBlock(
            Encoding.UTF8.GetString(names.AsSpan(0, header.ModelLength)),
            Encoding.UTF8.GetString(names.AsSpan(header.ModelLength)),
            header.ComputedCount == header.TokenCount ? tokens : tokens[..(int)header.ComputedCount],
            (int)header.StateLength)
        {
            ExactLength = header.ExactCount == header.ComputedCount ? int.MaxValue : (int)header.ExactCount,
        };
        try
        {
            Fill(block.Bytes.Span);
            Span<byte> checksum = stackalloc byte[SessionHeader.ChecksumSize];
            file.ReadExactly(checksum);
            if (!checksum.SequenceEqual(hash.GetCurrentHash()))
            {
                throw SessionHeader.Damaged(path, "its checksum does not agree with its content.");
            }

            progress?.Report(1);
            return new(block, ImmutableCollectionsMarshal.AsImmutableArray(tokens), path);
        }
        catch
        {
            block.Release();
            throw;
        }

        void Fill(Span<byte> destination)
        {
            for (int at = 0, count; at < destination.Length; at += count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Report((float)(file.Position / (double)header.FileSize));
                count = Math.Min(destination.Length - at, PartSize);
                var part = destination.Slice(at, count);
                file.ReadExactly(part);
                hash.Append(part);
            }
        }
    }
}
