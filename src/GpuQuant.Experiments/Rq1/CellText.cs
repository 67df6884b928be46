using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>Numbers as the tables show them: two decimals, one input in ten thousand.</summary>
internal sealed class CellText(bool unicode)
{
    /// <summary>What stands where there is no value.</summary>
    public const string Missing = "-";

    public string PlusMinus => unicode ? "\u00b1" : "+-";

    /// <summary>A percentage: <c>0.14</c>, with seeds <c>0.14 ±0.03</c>, and a star behind a mean that lacks some of them.</summary>
    public string Value(Spread? spread, bool deviations, bool marks, bool partial)
    {
        if (spread is not { } value)
            return Missing;
        var star = !marks ? "" : partial ? "*" : " ";
        var deviation = value.StandardDeviation is { } sd ? string.Create(CultureInfo.InvariantCulture, $"{PlusMinus}{sd:0.00}") : "";
        return Percent(value.Mean) + star + (deviations ? $" {deviation.PadLeft(PlusMinus.Length + 4)}" : "");
    }

    /// <summary>A percentage: <c>12.34</c>.</summary>
    public static string Percent(double? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? Missing;

    /// <summary>A difference in points: <c>+0.12</c>, <c>-0.05</c>, <c>0.00</c>.</summary>
    public static string Points(Spread? spread) => spread?.Mean.ToString("+0.00;-0.00;0.00", CultureInfo.InvariantCulture) ?? Missing;
}
