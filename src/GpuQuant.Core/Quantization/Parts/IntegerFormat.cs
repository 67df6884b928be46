using GpuQuant.Numerics;

namespace GpuQuant.Quantization.Parts;

/// <summary>Integers of 1 to 16 bits.</summary>
/// <example>
/// 8 bits: signed -128 to 127, narrow -127 to 127, unsigned 0 to 255. Two bits signed and narrow are the ternary -1, 0, 1. One bit signed
/// is -1 and 1, without 0: the sign.
/// </example>
public sealed record IntegerFormat : NumberFormat
{
    /// <summary>Makes the format.</summary>
    /// <exception cref="UsageException">The bits are outside 1 to 16, or the range holds a single number.</exception>
    public IntegerFormat(int bits, bool isSigned = true, bool isNarrow = false)
    {
        if (bits is < 1 or > 16)
            throw new UsageException($"Integers have 1 to 16 bits, got {bits}.");
        if (isNarrow && bits == 1)
            throw new UsageException("A narrow range of 1 bit holds a single number; give it 2 bits, or leave it wide.");
        (Bits, IsSigned, IsNarrow) = (bits, isSigned, isNarrow);
    }

    /// <inheritdoc/>
    public override int Bits { get; }

    /// <summary>Whether there are negative numbers.</summary>
    public bool IsSigned { get; }

    /// <summary>Whether the least number is left out, so that a signed range is symmetric around 0.</summary>
    public bool IsNarrow { get; }

    /// <summary>Whether the numbers are -1 and 1.</summary>
    public bool IsSign => IsSigned && Bits == 1;

    /// <inheritdoc/>
    public override double Least => IsSign ? -1 : (IsSigned ? -(1 << (Bits - 1)) : 0) + (IsNarrow ? 1 : 0);

    /// <inheritdoc/>
    public override double Greatest => IsSign ? 1 : IsSigned ? (1 << (Bits - 1)) - 1 : (1 << Bits) - 1;

    /// <inheritdoc/>
    public override double Nearest(double value, RoundingRule rounding) =>
        // Integers have one zero: adding it turns a rounded -0.0 into 0.
        IsSign ? value < 0 ? -1 : 1 : Math.Clamp(rounding.Round(value), Least, Greatest) + 0.0;

    /// <inheritdoc/>
    public override string ToString() => $"{(IsSigned ? "" : "u")}int{Bits}{(IsNarrow ? "n" : "")}";
}
