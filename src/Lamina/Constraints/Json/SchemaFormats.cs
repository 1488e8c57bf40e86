using System.Collections.Frozen;
using Lamina.Constraints.Patterns;

namespace Lamina.Constraints.Json;

/// <summary>
/// The formats of JSON Schema. Where one is not regular a part of it stands for it that is: what is let through is right.
/// </summary>
internal static class SchemaFormats
{
    private const string Octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
    private const string Ip4 = $@"(?:{Octet}\.){{3}}{Octet}";
    private const string H = "[0-9A-Fa-f]{1,4}";
    private const string H2 = $"(?:{H}:{H}|{Ip4})";

    private const string Ip6 =
        $"(?:(?:{H}:){{6}}{H2}|::(?:{H}:){{5}}{H2}|(?:{H})?::(?:{H}:){{4}}{H2}|(?:(?:{H}:){{0,1}}{H})?::(?:{H}:){{3}}{H2}"
        + $"|(?:(?:{H}:){{0,2}}{H})?::(?:{H}:){{2}}{H2}|(?:(?:{H}:){{0,3}}{H})?::{H}:{H2}|(?:(?:{H}:){{0,4}}{H})?::{H2}"
        + $"|(?:(?:{H}:){{0,5}}{H})?::{H}|(?:(?:{H}:){{0,6}}{H})?::)";

    private const string LeapYear = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)";

    private const string Date =
        "(?:[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
        + $"|{LeapYear}-02-29)";

    private const string Zone = "(?:[Zz]|[+-](?:2[0-3]|[01][0-9]):[0-5][0-9])";
    private const string Time = $"(?:(?:2[0-3]|[01][0-9]):[0-5][0-9]:[0-5][0-9](?:\\.[0-9]+)?{Zone}|23:59:60(?:\\.[0-9]+)?[Zz])";
    private const string Hours = "(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)";
    private const string Days = "(?:[0-9]+D|[0-9]+M(?:[0-9]+D)?|[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?)";

    private const string Label = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
    private const string Host = $@"{Label}(?:\.{Label})*";
    private const string Atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
    private const string Quoted = "\"(?:[ !#-\\[\\]-~]|\\\\[ -~])*\"";
    private const string MailHost = $@"(?:{Host}|\[{Ip4}\]|\[IPv6:{Ip6}\])";
    private const string WideAtom = @"[A-Za-z0-9!#$%&'*+/=?^_`{|}~\p{L}\p{Nd}-]+";
    private const string WideHost = @"[A-Za-z0-9\p{L}]+(?:\.[A-Za-z0-9\p{L}]+)*";

    private const string Pointer = "(?:/(?:[^~/]|~[01])*)*";
    private const string Variable = "(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2})(?:\\.?(?:[A-Za-z0-9_]|%[0-9A-Fa-f]{2}))*(?::[1-9][0-9]{0,3}|\\*)?";

    private const string TemplateText = "[!#$&(-;=?-\\[\\]_a-z~\\u00A0-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFEF]|%[0-9A-Fa-f]{2}";

    private static readonly FrozenDictionary<string, Lazy<TextAutomaton>> Known = new (string Name, string Pattern)[]
    {
        ("date", Date),
        ("time", Time),
        ("date-time", $"{Date}[Tt]{Time}"),
        ("duration", $"P(?:[0-9]+W|{Days}(?:T{Hours})?|T{Hours})"),
        ("email", $@"(?:{Atom}(?:\.{Atom})*|{Quoted})@{MailHost}"),
        ("idn-email", $@"(?:{WideAtom}(?:\.{WideAtom})*|{Quoted})@(?:{WideHost}|{MailHost})"),
        ("hostname", $@"(?=.{{1,253}}$)(?!(?:.*\.)?[^.]{{2}}--){Host}"),
        ("ipv4", Ip4),
        ("ipv6", Ip6),
        ("uuid", "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"),
        ("uri", Absolute("")),
        ("uri-reference", $"(?:{Absolute("")}|{Relative("")})"),
        ("iri", Absolute(Wide)),
        ("iri-reference", $"(?:{Absolute(Wide)}|{Relative(Wide)})"),
        ("uri-template", $"(?:{TemplateText}|\\{{[+#./;?&=,!@|]?{Variable}(?:,{Variable})*\\}})*"),
        ("json-pointer", Pointer),
        ("relative-json-pointer", $"(?:0|[1-9][0-9]*)(?:#|{Pointer})"),
        ("regex", Regex(depth: 2)),
    }.ToFrozenDictionary(
        entry => entry.Name,
        entry => new Lazy<TextAutomaton>(() => PatternAutomaton.Search($"^{entry.Pattern}$", PatternDialect.EcmaScript)),
        StringComparer.Ordinal);

    private const string Wide = "\\u00A0-\\uD7FF\\uF900-\\uFDCF\\uFDF0-\\uFFEF";

    /// <summary>The texts of a format; null for a name that JSON Schema does not define, which says nothing of values.</summary>
    /// <exception cref="SchemaException">The format is not supported.</exception>
    public static TextAutomaton? Find(SchemaNode node, string name)
    {
        if (string.Equals(name, "idn-hostname", StringComparison.Ordinal))
        {
            throw new SchemaException(node.Pointer, "format", "'idn-hostname' is not supported; 'hostname' is.");
        }

        return Known.TryGetValue(name, out var format) ? format.Value : null;
    }

    private static string Absolute(string wide) =>
        $"[A-Za-z][A-Za-z0-9+.-]*:(?:{Authority(wide)}(?:/{Part(wide)}*)*|/(?:{Part(wide)}+(?:/{Part(wide)}*)*)?"
        + $"|{Part(wide)}+(?:/{Part(wide)}*)*|){Tail(wide)}";

    private static string Relative(string wide)
    {
        var withoutColon = $"(?:[A-Za-z0-9._~!$&'()*+,;=@{wide}-]|%[0-9A-Fa-f]{{2}})";
        return $"(?:{Authority(wide)}(?:/{Part(wide)}*)*|/(?:{Part(wide)}+(?:/{Part(wide)}*)*)?|{withoutColon}+(?:/{Part(wide)}*)*|){Tail(wide)}";
    }

    private static string Part(string wide) => $"(?:[A-Za-z0-9._~!$&'()*+,;=:@{wide}-]|%[0-9A-Fa-f]{{2}})";

    private static string Tail(string wide) => $"(?:\\?(?:{Part(wide)}|[/?])*)?(?:#(?:{Part(wide)}|[/?])*)?";

    private static string Authority(string wide)
    {
        var user = $"(?:[A-Za-z0-9._~!$&'()*+,;=:{wide}-]|%[0-9A-Fa-f]{{2}})*";
        var name = $"(?:[A-Za-z0-9._~!$&'()*+,;={wide}-]|%[0-9A-Fa-f]{{2}})*";
        return $"//(?:{user}@)?(?:\\[{Ip6}\\]|{name})(?::[0-9]*)?";
    }

    /// <summary>Regular expressions whose groups do not nest deeper than this.</summary>
    private static string Regex(int depth)
    {
        const string Class = @"\[\^?(?:[^\\\]\[-]|\\[dDwWsStnrfv\\\]\[^.*+?(){}|/$-])+\]";
        var group = depth == 0 ? "" : $@"|\((?:\?:)?{Regex(depth - 1)}\)";
        var item = $@"(?:[^\\\[\](){{}}*+?|^$]|\\[dDwWsSbBtnrfv\\\]\[^.*+?(){{}}|/$-]|{Class}{group})";
        return $@"(?:\^?(?:{item}(?:[*+?]|\{{[0-9]\}})?)*\$?)(?:\|\^?(?:{item}(?:[*+?]|\{{[0-9]\}})?)*\$?)*";
    }
}
