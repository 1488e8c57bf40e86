using System.Globalization;
using System.Text;

namespace Lamina.Chat.Templates.Functions;

/// <summary>Times as C's <c>strftime</c> writes them in the C locale.</summary>
internal static class Strftime
{
    private static readonly string[] Days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

    private static readonly string[] Months =
    [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ];

    /// <summary>A time in a format such as <c>%d %B %Y</c>. <c>%-d</c> is without zeros before it, <c>%_d</c> with spaces.</summary>
    public static string Format(DateTimeOffset time, string format)
    {
        var builder = new StringBuilder();
        for (var i = 0; i < format.Length; i++)
        {
            if (format[i] != '%' || i + 1 == format.Length)
            {
                builder.Append(format[i]);
                continue;
            }

            var start = i++;
            var flag = format[i] is '-' or '_' or '0' or '^' && i + 1 < format.Length ? format[i++] : '\0';
            var written = Write(time, format[i], flag);
            builder.Append(flag == '^' ? written?.ToUpperInvariant() : written);
            if (written is null)
            {
                builder.Append(format, start, i + 1 - start);
            }
        }

        return builder.ToString();
    }

    /// <summary>One part of a time; null where there is no such.</summary>
    private static string? Write(DateTimeOffset time, char part, char flag)
    {
        var day = (int)time.DayOfWeek;
        return part switch
        {
            'a' => Days[day][..3],
            'A' => Days[day],
            'b' or 'h' => Months[time.Month - 1][..3],
            'B' => Months[time.Month - 1],
            'c' => Format(time, "%a %b %e %H:%M:%S %Y"),
            'C' => Number(time.Year / 100, 2, flag),
            'd' => Number(time.Day, 2, flag),
            'D' or 'x' => Format(time, "%m/%d/%y"),
            'e' => Number(time.Day, 2, flag == '\0' ? '_' : flag),
            'f' => Number((int)(time.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond), 6, '\0'),
            'F' => Format(time, "%Y-%m-%d"),
            'g' => Number(ISOWeek.GetYear(time.DateTime) % 100, 2, flag),
            'G' => Number(ISOWeek.GetYear(time.DateTime), 4, flag),
            'H' => Number(time.Hour, 2, flag),
            'I' => Number(Twelve(time.Hour), 2, flag),
            'j' => Number(time.DayOfYear, 3, flag),
            'k' => Number(time.Hour, 2, flag == '\0' ? '_' : flag),
            'l' => Number(Twelve(time.Hour), 2, flag == '\0' ? '_' : flag),
            'm' => Number(time.Month, 2, flag),
            'M' => Number(time.Minute, 2, flag),
            'n' => "\n",
            'p' => time.Hour < 12 ? "AM" : "PM",
            'P' => time.Hour < 12 ? "am" : "pm",
            'r' => Format(time, "%I:%M:%S %p"),
            'R' => Format(time, "%H:%M"),
            's' => Number(time.ToUnixTimeSeconds(), 1, flag),
            'S' => Number(time.Second, 2, flag),
            't' => "\t",
            'T' or 'X' => Format(time, "%H:%M:%S"),
            'u' => Number(day == 0 ? 7 : day, 1, flag),
            'U' => Number((time.DayOfYear + 6 - day) / 7, 2, flag),
            'V' => Number(ISOWeek.GetWeekOfYear(time.DateTime), 2, flag),
            'w' => Number(day, 1, flag),
            'W' => Number((time.DayOfYear + 6 - ((day + 6) % 7)) / 7, 2, flag),
            'y' => Number(time.Year % 100, 2, flag),
            'Y' => Number(time.Year, 4, flag == '\0' ? '-' : flag),

            // Python's datetime.now(), which transformers formats, knows no zone.
            'z' or 'Z' => "",
            '%' => "%",
            _ => null,
        };
    }

    private static int Twelve(int hour) => hour % 12 == 0 ? 12 : hour % 12;

    private static string Number(long value, int width, char flag)
    {
        var digits = value.ToString(CultureInfo.InvariantCulture);
        return flag switch { '-' => digits, '_' => digits.PadLeft(width), _ => digits.PadLeft(width, '0') };
    }
}
