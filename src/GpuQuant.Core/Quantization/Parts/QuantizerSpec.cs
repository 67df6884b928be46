using System.Text.Json;
using System.Text.Json.Serialization;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>
/// A quantizer as a value: which numbers, whether 0 lies in their middle, what shares a scale, where the range comes from, how scales and
/// values are rounded. Two of the same parts are equal; the text is what <see cref="Parse"/> reads, and its form in JSON.
/// </summary>
/// <param name="Format">The numbers.</param>
/// <param name="Granularity">What shares a scale.</param>
/// <param name="Range">Where the range comes from.</param>
/// <param name="IsSymmetric">Whether the zero point is 0 (128 of uint8's 256 numbers otherwise); always so for floating-point numbers.</param>
/// <param name="Rounding">How values are rounded.</param>
/// <param name="HasPowerOfTwoScale">Whether scales are powers of two, the least that covers the range.</param>
/// <example>TFLite's weights: <c>int8n symmetric channel minmax</c>; its activations: <c>int8 asymmetric tensor minmax</c>.</example>
[JsonConverter(typeof(TextConverter))]
public sealed record QuantizerSpec(
    NumberFormat Format, Granularity Granularity, RangeRule Range, bool IsSymmetric = true,
    RoundingRule Rounding = RoundingRule.HalfAway, bool HasPowerOfTwoScale = false)
{
    private static readonly (string Name, RoundingRule Rule)[] Roundings =
    [
        ("half-away", RoundingRule.HalfAway), ("half-even", RoundingRule.HalfEven), ("floor", RoundingRule.Floor),
        ("ceiling", RoundingRule.Ceiling),
    ];

    /// <summary>Reads what <see cref="ToString"/> writes; rounding half away and free scales may be left out.</summary>
    /// <exception cref="UsageException">A word is unknown or missing; says which and what is known.</exception>
    public static QuantizerSpec Parse(string text)
    {
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 4 || words[1] is not ("symmetric" or "asymmetric"))
            throw new UsageException($"'{text}' is no quantizer; write format, symmetric or asymmetric, granularity and range, "
                + "for example 'int8n symmetric channel minmax'.");
        var spec = new QuantizerSpec(
            NumberFormat.Parse(words[0]), Granularity.Parse(words[2]), RangeRule.Parse(words[3]), words[1] == "symmetric");
        foreach (var word in words[4..])
            spec = word == "power-of-two"
                ? spec with { HasPowerOfTwoScale = true }
                : spec with
                {
                    Rounding = Roundings.Where(entry => entry.Name == word).Select(entry => (RoundingRule?)entry.Rule).FirstOrDefault()
                        ?? throw new UsageException($"Unknown word '{word}' in the quantizer '{text}'. Known: "
                            + $"{string.Join(", ", Roundings.Select(entry => entry.Name))}, power-of-two."),
                };
        return spec;
    }

    /// <summary>The scale and zero point that cover a range, widened to hold 0.</summary>
    /// <param name="low">The least value.</param>
    /// <param name="high">The greatest value.</param>
    /// <returns>A scale above 0; 1 for a range that holds 0 alone.</returns>
    /// <exception cref="ComputationException">An end is infinite or not a number, or the steps are beyond float32.</exception>
    public (float Scale, int ZeroPoint) Cover(double low, double high)
    {
        if (!double.IsFinite(low) || !double.IsFinite(high))
            throw new ComputationException(FormattableString.Invariant(
                $"A range from {low} to {high} cannot be quantized; look for infinite or undefined values in the model or its input."));
        (low, high) = (Math.Min(low, 0), Math.Max(high, 0));
        var isCentred = IsSymmetric || Format is FloatFormat;
        var exact = isCentred
            ? Math.Max(Ratio(high, Format.Greatest), Ratio(-low, -Format.Least))
            : (high - low) / (Format.Greatest - Format.Least);
        if (HasPowerOfTwoScale && exact > 0)
            exact = Math.ScaleB(1, (int)Math.ILogB(exact) + (Math.ScaleB(1, Math.ILogB(exact)) < exact ? 1 : 0));
        var scale = (float)exact;
        if (!float.IsFinite(scale))
            throw new ComputationException(FormattableString.Invariant(
                $"A range from {low} to {high} needs steps of {exact}, more than a float32 can hold; choose a narrower range."));
        // Steps below the least normal number have no finite inverse.
        if (scale < 1.17549435e-38f)
            return (1, 0);
        return (scale, isCentred ? 0 : ZeroPoint(low, high, scale));
    }

    /// <summary>A value as the number that stands for it.</summary>
    public double Quantize(double value, float scale, int zeroPoint) => Format.Nearest(value / scale + zeroPoint, Rounding);

    /// <summary>The value of the number that stands for a value: (q - zero point) * scale.</summary>
    public float FakeQuantize(double value, float scale, int zeroPoint) => (float)((Quantize(value, scale, zeroPoint) - zeroPoint) * scale);

    /// <inheritdoc/>
    public override string ToString() => $"{Format} {(IsSymmetric ? "symmetric" : "asymmetric")} {Granularity} {Range} "
        + Roundings.First(entry => entry.Rule == Rounding).Name + (HasPowerOfTwoScale ? " power-of-two" : "");

    private static double Ratio(double size, double numbers) => numbers > 0 ? size / numbers : 0;

    /// <summary>From the end whose rounding error is smaller, as TFLite.</summary>
    private int ZeroPoint(double low, double high, float scale)
    {
        var (fromLow, fromHigh) = (Format.Least - low / scale, Format.Greatest - high / scale);
        var exact = Math.Abs(Format.Least) + Math.Abs(low / scale) < Math.Abs(Format.Greatest) + Math.Abs(high / scale) ? fromLow : fromHigh;
        return (int)Math.Clamp(Math.Round(exact, MidpointRounding.AwayFromZero), Format.Least, Format.Greatest);
    }

    private sealed class TextConverter : JsonConverter<QuantizerSpec>
    {
        public override QuantizerSpec Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Parse(reader.GetString() ?? "");

        public override void Write(Utf8JsonWriter writer, QuantizerSpec value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}
