using GpuQuant.Numerics;
using GpuQuant.Shifts;

namespace GpuQuant.Training.Rules;

/// <summary>What the chains of <see cref="AugMixRule"/> are made of: the nine operations of AugMix, on one channel of an image.</summary>
internal readonly record struct AugMixOperation(AugMixOperation.Kind Which, double Amount)
{
    private const int Levels = 256, Strongest = 10;

    /// <summary>The operations; those of colour come first.</summary>
    internal enum Kind
    {
        AutoContrast,
        Equalize,
        Posterize,
        Solarize,
        Rotate,
        ShearX,
        ShearY,
        TranslateX,
        TranslateY,
    }

    /// <summary>
    /// Draws an operation and its amount, which grows with a level between 0.1 and the severity: at 10, colours of no bits, everything
    /// inverted, 30 degrees, a slope of 0.3, a third of the image.
    /// </summary>
    public static AugMixOperation Draw(ref RandomStream random, double severity)
    {
        var which = (Kind)random.NextInt32(0, (int)Kind.TranslateY + 1);
        var share = random.Uniform(0.1, severity) / Strongest;
        var sign = random.NextBool() ? 1 : -1;
        return new(which, which switch
        {
            Kind.AutoContrast or Kind.Equalize => 0,
            Kind.Posterize => 4 - Math.Floor(share * 4),
            Kind.Solarize => Levels - Math.Floor(share * Levels),
            Kind.Rotate => sign * Math.Floor(share * 30),
            Kind.ShearX or Kind.ShearY => sign * share * 0.3,
            _ => sign * share / 3,
        });
    }

    /// <summary>Changes a channel.</summary>
    /// <param name="plane">Height x width.</param>
    /// <param name="width">Its width.</param>
    /// <param name="result">As many bytes beside it.</param>
    public void Apply(ReadOnlySpan<byte> plane, int width, Span<byte> result)
    {
        if (Which >= Kind.Rotate)
        {
            Warp(width, plane.Length / width).Apply(plane, width, result);
            return;
        }
        Span<byte> table = stackalloc byte[Levels];
        Span<int> counts = stackalloc int[Levels];
        counts.Clear();
        foreach (var level in plane)
            counts[level]++;
        Fill(table, counts);
        for (var i = 0; i < plane.Length; i++)
            result[i] = table[plane[i]];
    }

    private AffineWarp Warp(int width, int height)
    {
        var (sine, cosine) = (PortableMath.Sin(Amount * Math.PI / 180), PortableMath.Cos(Amount * Math.PI / 180));
        return Which switch
        {
            Kind.Rotate => AffineWarp.AroundCentre(cosine, -sine, sine, cosine, width, height),
            Kind.ShearX => new(1, Amount, 0, 0, 1, 0),
            Kind.ShearY => new(1, 0, 0, Amount, 1, 0),
            Kind.TranslateX => new(1, 0, Math.Floor(Amount * width), 0, 1, 0),
            _ => new(1, 0, 0, 0, 1, Math.Floor(Amount * height)),
        };
    }

    /// <summary>What becomes of each grey level.</summary>
    private void Fill(Span<byte> table, ReadOnlySpan<int> counts)
    {
        var (low, high) = (counts.IndexOfAnyExcept(0), counts.LastIndexOfAnyExcept(0));
        var step = (Sum(counts) - counts[high]) / (Levels - 1);
        var below = step / 2;
        for (var level = 0; level < Levels; level++)
        {
            table[level] = (byte)(Which switch
            {
                Kind.AutoContrast => low == high ? level : Math.Clamp(255 * (level - low) / (high - low), 0, 255),
                Kind.Equalize => step == 0 ? level : Math.Min(below / step, 255),
                Kind.Posterize => level & ~((1 << (8 - (int)Amount)) - 1),
                _ => level < Amount ? level : 255 - level,
            });
            below += counts[level];
        }
    }

    private static int Sum(ReadOnlySpan<int> counts)
    {
        var sum = 0;
        foreach (var count in counts)
            sum += count;
        return sum;
    }
}
