using System.Collections.Immutable;
using Lamina.Files;
using Lamina.Gguf;
using Lamina.Validation;

namespace Lamina.Quantization;

/// <summary>Makes smaller files of models, by a profile.</summary>
/// <remarks>
/// It works in pieces of some rows, each of which is read, converted and written by one thread, so a model may be larger than memory. The
/// files appear under their names when all is written. Safe for use from several threads at once.
/// </remarks>
/// <param name="codec">Converts the weights.</param>
public sealed class ModelQuantizer(IWeightCodec codec)
{
    private readonly IWeightCodec _codec = codec ?? throw new ArgumentNullException(nameof(codec));

    /// <summary>Quantizes a model, away from the caller's thread.</summary>
    /// <param name="source">The model; of one in several parts, the first. It is left as it is.</param>
    /// <param name="target">
    /// The file to make; one that is there is replaced. Of a model in several parts as many are made, with <c>-00001-of-00003.gguf</c> for
    /// the name's ending.
    /// </param>
    /// <param name="profile">The profile.</param>
    /// <param name="options">How; null for the defaults.</param>
    /// <param name="progress">Told of every tensor that is done; null when nobody wants to know.</param>
    /// <param name="cancellationToken">Stops the work; what was begun is deleted.</param>
    /// <returns>What was made.</returns>
    /// <exception cref="ArgumentException">
    /// The target is the source; the profile or an option cannot be; the profile needs an importance matrix, or the one that is given is of
    /// another model; or the source is quantized already and <see cref="QuantizationOptions.AllowRequantize"/> is false.
    /// </exception>
    /// <exception cref="GgufException">The source is damaged, or no model file.</exception>
    /// <exception cref="IOException">A file cannot be read or written, or there is no room for it.</exception>
    public Task<QuantizationResult> QuantizeAsync(
        string source,
        string target,
        QuantizationProfile profile,
        QuantizationOptions? options = null,
        IProgress<QuantizationProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(source);
        ArgumentException.ThrowIfNullOrWhiteSpace(target);
        ArgumentNullException.ThrowIfNull(profile);
        Fault.Throw(profile.Faults(), nameof(profile));
        options ??= new();
        Fault.Throw(options.Faults(), nameof(options));
        return Task.Factory.StartNew(
            () => Quantize(source, target, profile, options, progress, cancellationToken),
            cancellationToken,
            TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach,
            TaskScheduler.Default);
    }

    private QuantizationResult Quantize(
        string source,
        string target,
        QuantizationProfile profile,
        QuantizationOptions options,
        IProgress<QuantizationProgress>? progress,
        CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var plan = QuantizationPlan.Create(source, profile, options.Importance is not null, cancellationToken);
        ThrowIfUnfit(plan, profile, options);
        var files = SplitName.Parts(Path.GetFullPath(target), plan.SourceParts.Count);
        ThrowIfSame(plan.SourceParts, files, target);

        var headers = plan.SourceParts.Select(part => TargetHeader.Create(part, plan)).ToArray();
        var size = headers.Sum(static header => header.Length);
        ThrowIfNoRoom(files[0], size);
        var outputs = new List<WholeFile>();
        try
        {
            foreach (var (file, header) in files.Zip(headers))
            {
                outputs.Add(new(file, header.Length));
                outputs[^1].Stream.Write(header.Bytes);
                outputs[^1].Stream.SetLength(header.Length);
            }

            using var run = new QuantizationRun(_codec, plan, headers, [.. outputs.Select(static output => output.Stream)], options, progress);
            run.Execute(cancellationToken);
            outputs.ForEach(static output => output.Finish());
            cancellationToken.ThrowIfCancellationRequested();

            // The first part comes last: a model whose first part is there is whole.
            foreach (var output in Enumerable.Reverse(outputs))
            {
                output.Keep();
            }

            return new() { Files = [.. files], Plan = plan, SizeBytes = size, IsLossless = run.IsLossless };
        }
        finally
        {
            outputs.ForEach(static output => output.Dispose());
        }
    }

    private void ThrowIfUnfit(QuantizationPlan plan, QuantizationProfile profile, QuantizationOptions options)
    {
        if (plan.NeedsImportance && options.Importance is null)
        {
            throw new ArgumentException(
                $"{profile.Name} needs an importance matrix ({nameof(QuantizationOptions)}.{nameof(QuantizationOptions.Importance)}): "
                + $"'{plan.Tensors.First(static tensor => tensor.NeedsImportance).Source.Name}' and others would be of too few bits without one.",
                nameof(options));
        }

        foreach (var tensor in plan.Tensors.Where(static tensor => !tensor.IsCopied))
        {
            var (name, type) = (tensor.Source.Name, tensor.Source.Type);
            if (type.IsQuantized() && !options.AllowRequantize)
            {
                throw new ArgumentException(
                    $"'{plan.SourceParts[0].Path}' is quantized already ('{name}' is {type}). Take the original, or set "
                    + $"{nameof(QuantizationOptions)}.{nameof(QuantizationOptions.AllowRequantize)} where more may be lost.",
                    nameof(options));
            }

            if (!_codec.CanDecode(type) || !_codec.CanEncode(tensor.Type))
            {
                throw new ArgumentException($"'{name}' cannot be made {tensor.Type} of {type}: the runtime does not convert these.", nameof(profile));
            }

            ThrowIfForeign(tensor, options);
        }
    }

    private static void ThrowIfForeign(PlannedTensor tensor, QuantizationOptions options)
    {
        if (options.Importance is not { } importance)
        {
            return;
        }

        var source = tensor.Source;
        var wanted = source.Shape[0] * source.Length(2);
        if (importance.TryGet(source.Name, out var values) ? values.Length != wanted : tensor.NeedsImportance)
        {
            throw new ArgumentException(
                $"The importance matrix has {values.Length} columns for '{source.Name}', which has {wanted} and is to be {tensor.Type}: "
                + "it is of another model, or of too short a text.",
                nameof(options));
        }
    }

    private static void ThrowIfSame(IReadOnlyList<GgufFile> sources, ImmutableArray<string> files, string target)
    {
        var names = OperatingSystem.IsLinux() ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase;
        var paths = sources.Select(static part => Resolve(Path.GetFullPath(part.Path))).ToHashSet(names);
        if (files.FirstOrDefault(file => paths.Contains(Resolve(file))) is { } same)
        {
            throw new ArgumentException($"'{same}' is the source itself; give another name.", nameof(target));
        }
    }

    /// <summary>The path without links, neither of the file nor of a folder that it is in.</summary>
    private static string Resolve(string path)
    {
        FileSystemInfo entry = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (entry.Exists && entry.ResolveLinkTarget(returnFinalTarget: true) is { } target)
        {
            return Resolve(target.FullName);
        }

        return Path.GetDirectoryName(path) is { } parent ? Path.Join(Resolve(parent), Path.GetFileName(path)) : path;
    }

    private static void ThrowIfNoRoom(string target, long needed)
    {
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException($"There is no folder '{folder}' to write '{Path.GetFileName(target)}' to.");
        }

        var free = new DriveInfo(OperatingSystem.IsWindows() ? Path.GetPathRoot(folder)! : folder).AvailableFreeSpace;
        if (free < needed)
        {
            throw new IOException($"'{target}' will take {needed:N0} bytes; '{folder}' has room for {free:N0}.");
        }
    }
}
