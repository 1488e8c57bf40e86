using System.Globalization;
using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Lamina.Gguf;
using Lamina.Validation;

namespace Lamina.Quantization;

/// <summary>Models that were quantized once, in a folder, for all processes that use it.</summary>
/// <remarks>
/// An entry is found by the source's fingerprint (lengths, headers, and samples of the weights), the type that each tensor gets, and the
/// importance matrix; the name of a profile does not matter. Nothing is deleted by itself: whoever wants room deletes entries, which are made again when they are needed.
/// Safe for use from several threads, and from several processes.
/// </remarks>
public sealed class QuantizedModelCache
{
    private static readonly TimeSpan LockPoll = TimeSpan.FromMilliseconds(100);

    private readonly ModelQuantizer _quantizer;

    /// <summary>Opens a cache; the folder is made once something is written.</summary>
    /// <param name="codec">Converts the weights.</param>
    /// <param name="folder">The folder. Default: null, <see cref="DefaultFolder"/>.</param>
    public QuantizedModelCache(IWeightCodec codec, string? folder = null)
    {
        _quantizer = new(codec);
        Folder = Path.GetFullPath(folder ?? DefaultFolder);
    }

    /// <summary>The folder where none is given: <c>Lamina/models</c> in the user's folder for local data of applications.</summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "Lamina", "models");

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>The file of a model in a profile; it is made where it is not there yet. Who asks while another makes it waits.</summary>
    /// <param name="source">The model; of one in several parts, the first.</param>
    /// <param name="profile">The profile.</param>
    /// <param name="options">How to quantize; null for the defaults.</param>
    /// <param name="progress">Told of every tensor that is done, where the file is made; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Stops waiting and working.</param>
    /// <returns>The file to load; of a model in several parts, the first.</returns>
    /// <inheritdoc cref="ModelQuantizer.QuantizeAsync" path="/exception"/>
    public async Task<string> GetAsync(
        string source,
        QuantizationProfile profile,
        QuantizationOptions? options = null,
        IProgress<QuantizationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentNullException.ThrowIfNull(profile);
        Fault.Throw(profile.Faults(), nameof(profile));
        var plan = await Task.Run(
            () => QuantizationPlan.Create(source, profile, options?.Importance is not null, cancellationToken), cancellationToken).ConfigureAwait(false);
        var entry = Path.Combine(Folder, await Task.Run(() => KeyOf(plan, options?.Importance), cancellationToken).ConfigureAwait(false));
        var name = $"{Path.GetFileNameWithoutExtension(source)}.{profile.Name}.gguf";
        var file = SplitName.Parts(Path.Combine(entry, name), plan.SourceParts.Count)[0];
        if (File.Exists(file))
        {
            return file;
        }

        Directory.CreateDirectory(Folder);
        using var writer = await LockAsync($"{entry}.lock", cancellationToken).ConfigureAwait(false);
        if (!File.Exists(file))
        {
            // An entry comes with all of its files at once. What is there under its working name, a writer left that was killed.
            var unfinished = $"{entry}.unfinished";
            Delete(unfinished);
            Directory.CreateDirectory(unfinished);
            try
            {
                await _quantizer.QuantizeAsync(source, Path.Combine(unfinished, name), profile, options, progress, cancellationToken)
                    .ConfigureAwait(false);
                Delete(entry);
                Directory.Move(unfinished, entry);
            }
            finally
            {
                Delete(unfinished);
            }
        }

        return file;
    }

    private static void Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string KeyOf(QuantizationPlan plan, ImportanceMatrix? importance)
    {
        var hash = new XxHash128();
        hash.Append(Encoding.UTF8.GetBytes(GgufFingerprint.Compute(plan.SourceParts)));
        foreach (var tensor in plan.Tensors)
        {
            hash.Append(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{tensor.Source.Name} {(int)tensor.Type};")));
            if (importance?.TryGet(tensor.Source.Name, out var values) == true)
            {
                hash.Append(MemoryMarshal.AsBytes(values.Span));
            }
        }

        return Convert.ToHexStringLower(hash.GetCurrentHash());
    }

    /// <summary>Waits until no other process, and nobody else in this one, has a file open.</summary>
    private static async Task<FileStream> LockAsync(string path, CancellationToken cancellationToken)
    {
        const int SharingViolation = unchecked((int)0x80070020);
        const int WouldBlock = 11;
        const int WouldBlockOnMac = 35;
        while (true)
        {
            try
            {
                return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException exception) when (exception.HResult is SharingViolation or WouldBlock or WouldBlockOnMac)
            {
                await Task.Delay(LockPoll, cancellationToken).ConfigureAwait(false);
            }
        }
    }
}
