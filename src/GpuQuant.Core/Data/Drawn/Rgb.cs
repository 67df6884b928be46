using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>A colour; each part is 0 to 1.</summary>
internal readonly record struct Rgb(double Red, double Green, double Blue)
{
    /// <summary>A colour drawn uniformly.</summary>
    public static Rgb Draw(ref RandomStream random) => new(random.NextDouble(), random.NextDouble(), random.NextDouble());

    /// <summary>A colour near this one: each part moved by at most <paramref name="reach"/>.</summary>
    public Rgb Near(ref RandomStream random, double reach) => new(
        Move(Red, random.Uniform(-reach, reach)), Move(Green, random.Uniform(-reach, reach)), Move(Blue, random.Uniform(-reach, reach)));

    /// <summary>This colour at 0, the other at 1.</summary>
    public Rgb Mix(Rgb other, double share) =>
        new(Red + share * (other.Red - Red), Green + share * (other.Green - Green), Blue + share * (other.Blue - Blue));

    /// <summary>This colour in another light, at most white.</summary>
    public Rgb Times(double light) => new(Math.Min(Red * light, 1), Math.Min(Green * light, 1), Math.Min(Blue * light, 1));

    /// <summary>The mean of the three parts.</summary>
    public double Brightness => (Red + Green + Blue) / 3;

    private static double Move(double value, double by) => Math.Clamp(value + by, 0, 1);
}
