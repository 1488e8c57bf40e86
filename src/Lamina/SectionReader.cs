using System.Globalization;
using System.Numerics;
using Lamina.Runtime;
using Microsoft.Extensions.Configuration;

namespace Lamina;

/// <summary>
/// Reads the values of a configuration section by name, and refuses the names that nobody asked for. The binder's
/// source generator leaves init-only properties alone without a word, and its reflection does not live through AOT.
/// </summary>
/// <param name="section">The section.</param>
internal sealed class SectionReader(IConfiguration section)
{
    private readonly List<string> _known = [];

    /// <summary>A text.</summary>
    public string Text(string name, string fallback) => Scalar(name) ?? fallback;

    /// <summary>A text, or null where there is none.</summary>
    public string? OptionalText(string name) => Scalar(name);

    /// <summary>A number.</summary>
    public T Number<T>(string name, T fallback)
        where T : struct, INumber<T> => Optional<T>(name) ?? fallback;

    /// <summary>A number, or null where there is none.</summary>
    public T? Optional<T>(string name)
        where T : struct, INumber<T> => Scalar(name) is not { } text ? null
            : ParseNumber<T>(text) ?? throw Unreadable(name, text, "a number of type " + typeof(T).Name);

    /// <summary>A truth value.</summary>
    public bool Flag(string name, bool fallback) => Scalar(name) is not { } text ? fallback
        : bool.TryParse(text, out var flag) ? flag
        : throw Unreadable(name, text, "true or false");

    /// <summary>One of the names of an enum.</summary>
    public T Choice<T>(string name, T fallback)
        where T : struct, Enum => Scalar(name) is not { } text ? fallback
            : Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) ? value
            : throw Unreadable(name, text, "one of " + string.Join(", ", Enum.GetNames<T>()));

    /// <summary>A list of CPUs, or null where there is none.</summary>
    public CpuSet? OptionalCpus(string name) => Scalar(name) is not { } text ? null
        : CpuSet.TryParse(text, out var cpus) ? cpus
        : throw Unreadable(name, text, "a list of CPUs, as in 0-3,8");

    /// <summary>A list of texts.</summary>
    public IReadOnlyList<string> Texts(string name, IReadOnlyList<string> fallback) => OptionalTexts(name) ?? fallback;

    /// <summary>A list of texts, or null where there is none.</summary>
    public IReadOnlyList<string>? OptionalTexts(string name) =>
        Children(name) is { } children ? [.. children.Select(child => child.Value ?? "")] : null;

    /// <summary>Numbers by number.</summary>
    public IReadOnlyDictionary<TKey, TValue> Numbers<TKey, TValue>(
        string name, IReadOnlyDictionary<TKey, TValue> fallback)
        where TKey : struct, INumber<TKey>
        where TValue : struct, INumber<TValue> => Children(name) is not { } children ? fallback
            : children.ToDictionary(
                child => ParseNumber<TKey>(child.Key) ?? throw Unreadable(name, child.Key, "numbers by number"),
                child => ParseNumber<TValue>(child.Value) ?? throw Unreadable(name, child.Value, "numbers by number"));

    /// <summary>A list of numbers; empty where there is none.</summary>
    public IEnumerable<T> List<T>(string name)
        where T : struct, INumber<T> => [.. (Children(name) ?? []).Select(
            child => ParseNumber<T>(child.Value) ?? throw Unreadable(name, child.Value, "numbers"))];

    /// <summary>What is written in each section of a list; empty where there is none.</summary>
    public IEnumerable<T> Sections<T>(string name, Func<SectionReader, T> read) =>
        [.. (Children(name) ?? []).Select(child => new SectionReader(child).ReadAll(read))];

    /// <summary>What is written in a section of this one.</summary>
    public T Section<T>(string name, Func<SectionReader, T> read, T fallback) =>
        Children(name) is null ? fallback : new SectionReader(section.GetSection(name)).ReadAll(read);

    /// <summary>Reads the section whole.</summary>
    /// <param name="read">Asks for every name that may be there.</param>
    /// <param name="except">A name that others read, or null.</param>
    /// <exception cref="InvalidOperationException">A value cannot be read, or a name is not known.</exception>
    public T ReadAll<T>(Func<SectionReader, T> read, string? except = null)
    {
        var result = read(this);
        foreach (var child in section.GetChildren())
        {
            if (!_known.Append(except).Contains(child.Key, StringComparer.OrdinalIgnoreCase))
            {
                throw new InvalidOperationException(
                    $"The configuration has '{child.Path}', which is not known; known there: {string.Join(", ", _known)}.");
            }
        }

        return result;
    }

    /// <summary>What is thrown where the section as a whole says something wrong.</summary>
    public InvalidOperationException Wrong(string found, Exception? cause = null) =>
        new($"The configuration has at '{(section as IConfigurationSection)?.Path}' {found}", cause);

    private static T? ParseNumber<T>(string? text)
        where T : struct, INumber<T> =>
        T.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private string? Scalar(string name)
    {
        _known.Add(name);
        return section.GetSection(name).GetChildren().Any()
            ? throw Unreadable(name, "a section", "one value")
            : section[name];
    }

    private IConfigurationSection[]? Children(string name)
    {
        _known.Add(name);
        var children = section.GetSection(name).GetChildren().ToArray();
        return children.Length > 0 ? children
            : string.IsNullOrEmpty(section[name]) ? null
            : throw Unreadable(name, section[name], "a section");
    }

    private InvalidOperationException Unreadable(string name, string? found, string right) =>
        new($"The configuration has '{found}' at '{section.GetSection(name).Path}'; it must be {right}.");
}
