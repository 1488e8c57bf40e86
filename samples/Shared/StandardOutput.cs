using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Samples;

/// <summary>Standard output that is written at once, and that notices when its reader has gone.</summary>
internal sealed class StandardOutput : IDisposable
{
    private readonly Stream _stream;

    private StandardOutput(Stream stream)
    {
        _stream = stream;
    }

    public static StandardOutput Open()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        return new StandardOutput(OpenStream());
    }

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    /// <summary>Writes to the output; ends the program when nobody reads it any more, as in <c>| head -3</c>.</summary>
    public void Write(ReadOnlySpan<byte> text)
    {
        try
        {
            _stream.Write(text);
        }
        catch (IOException) when (Console.IsOutputRedirected)
        {
            throw new ClosedPipeException();
        }
    }

    public void Dispose() => _stream.Dispose();

    private static Stream OpenStream()
    {
        if (Console.IsOutputRedirected && !OperatingSystem.IsWindows())
        {
            // The console's own stream drops what a closed pipe does not take, and says nothing.
            var pipe = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!pipe.CanSeek)
            {
                return pipe;
            }
        }

        return Console.OpenStandardOutput();
    }
}
