using System.Globalization;
using Lamina.LoadProbe;
using Lamina.TestSupport.Gguf;

// Loads spoilt files in a process of its own, since that process may end over one. Each line on standard input is
// a seed, a tab, and a source: the path of a GGUF file, or nothing for the built model. The answer is one line.
var sources = new Dictionary<string, GgufImage>(StringComparer.Ordinal);
var path = Path.Combine(args is [var folder] ? folder : Path.GetTempPath(), $"spoilt-{Environment.ProcessId}.gguf");
try
{
    while (await Console.In.ReadLineAsync() is { } line)
    {
        var parts = line.Split('\t', 2);
        var seed = int.Parse(parts[0], CultureInfo.InvariantCulture);
        var source = parts.Length > 1 ? parts[1] : "";
        if (!sources.TryGetValue(source, out var image))
        {
            image = source.Length > 0 ? GgufImage.Load(source) : TinyLlama.Create();
            sources.Add(source, image);
        }

        await File.WriteAllBytesAsync(path, GgufMutator.Mutate(image, seed).Bytes);
        Console.WriteLine(await Probe.RunAsync(path));
    }
}
finally
{
    File.Delete(path);
}
