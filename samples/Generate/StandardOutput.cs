using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Generate;

/// <summary>Standard output that is written at once, and that notices when its reader has gone.</summary>
internal static class StandardOutput
{
    public static TextWriter Open()
    {
        if (OperatingSystem.IsWindows())
        {
            Console.OutputEncoding = Encoding.UTF8;
        }

        return new StreamWriter(OpenStream(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { AutoFlush = true };
    }

    /// <summary>Writes to the output; ends the program when nobody reads it any more, as in <c>| head -3</c>.</summary>
    public static void WriteTo(TextWriter output, string text)
    {
        try
        {
            output.Write(text);
        }
        catch (IOException) when (Console.IsOutputRedirected)
        {
            throw new ClosedPipeException();
        }
    }

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
