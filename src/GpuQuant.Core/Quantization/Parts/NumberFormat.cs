using System.Globalization;
using System.Text.RegularExpressions;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>Which numbers a quantized value may be, before its scale: integers of some bits, or small floating-point numbers.</summary>
/// <remarks>Written as <c>int8</c>, <c>uint8</c>, <c>int8n</c> (narrow: -127 to 127), <c>float16</c>, <c>bfloat16</c>, <c>e4m3</c>,
/// <c>e5m2</c>; <see cref="Parse"/> reads the same.</remarks>
public abstract partial record NumberFormat
{
    /// <summary>The least number: -128 for int8.</summary>
    public abstract double Least { get; }

    /// <summary>The greatest number: 127 for int8, 448 for e4m3.</summary>
    public abstract double Greatest { get; }

    /// <summary>Bits of storage.</summary>
    public abstract int Bits { get; }

    /// <summary>The nearest of the numbers; those beyond the ends become the ends.</summary>
    /// <param name="value">A value divided by its scale, its zero point added.</param>
    /// <param name="rounding">How, between two integers; floating-point formats always round to nearest, halves to even.</param>
    public abstract double Nearest(double value, RoundingRule rounding);

    /// <summary>Reads a format's name.</summary>
    /// <exception cref="UsageException">There is none of that name; lists them.</exception>
    public static NumberFormat Parse(string name)
    {
        if (FloatFormat.Named.TryGetValue(name, out var format))
            return format;
        var match = Integers().Match(name);
        if (match.Success && int.TryParse(match.Groups["bits"].Value, CultureInfo.InvariantCulture, out var bits) && bits is >= 1 and <= 16)
            return new IntegerFormat(bits, match.Groups["u"].Length == 0, match.Groups["n"].Length > 0);
        throw new UsageException($"Unknown number format '{name}'. Known: int1 to int16, uint1 to uint16, with an n at the end for a narrow "
            + $"range (int8n is -127 to 127), {string.Join(", ", FloatFormat.Named.Keys)}.");
    }

    [GeneratedRegex("^(?<u>u?)int(?<bits>[0-9]{1,2})(?<n>n?)$")]
    private static partial Regex Integers();
}
