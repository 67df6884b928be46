using System.Runtime.CompilerServices;

namespace GpuQuant.Kernels;

/// <summary>
/// Division by a number that is the same for a whole launch, as one multiplication and one shift (Granlund and Montgomery 1994): GPUs
/// have no instruction that divides integers.
/// </summary>
/// <remarks>
/// With p = 31 + ceil(log2 d) and m = ceil(2^p / d), m d = 2^p + e where 0 &lt;= e &lt; d. So n m / 2^p exceeds n / d by n e / (d 2^p), which is
/// less than 1 / d for every n below 2^31: no next integer is reached.
/// </remarks>
/// <example>d = 3: p = 33, m = 2863311531; 5 m = 14316557655, shifted by 33 gives 1.</example>
internal readonly struct Divisor
{
    private readonly uint _multiplier;
    private readonly int _shift;

    /// <summary>For division by <paramref name="value"/>, at least 1.</summary>
    public Divisor(int value)
    {
        Value = value;
        _shift = 31;
        while (1L << (_shift - 31) < value)
            _shift++;
        _multiplier = (uint)(((1UL << _shift) + (ulong)value - 1) / (ulong)value);
    }

    /// <summary>The number that is divided by.</summary>
    public int Value { get; }

    /// <summary>n / value, rounded down, for n from 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Divide(int n) => (int)(((ulong)(uint)n * _multiplier) >> _shift);
}
