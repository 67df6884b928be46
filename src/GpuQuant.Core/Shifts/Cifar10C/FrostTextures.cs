using GpuQuant.Numerics;

namespace GpuQuant.Shifts.Cifar10C;

/// <summary>
/// Five generated pictures of frost, for data folders without the published ones: ice crystals grow from seeds on the borders and
/// inside, a stem with branches to both sides at 60 degrees, which branch again; bright bluish white over a dark haze. The same bytes
/// on every machine.
/// </summary>
internal static class FrostTextures
{
    private const int Side = 96, Crystals = 24, BorderCrystals = 14;

    private static readonly Lazy<RgbPicture[]> Pictures = new(() => [.. Enumerable.Range(0, 5).Select(Draw)]);

    /// <summary>The pictures, 96 x 96.</summary>
    public static RgbPicture[] All => Pictures.Value;

    private static RgbPicture Draw(int number)
    {
        var random = new RandomStream(0, RandomPurpose.Generation, StableHash.Of("frost"), (uint)number);
        var ice = new double[Side * Side];
        Haze(ice, ref random);
        for (var crystal = 0; crystal < Crystals; crystal++)
            Crystal(ice, onBorder: crystal < BorderCrystals, ref random);
        return new(Side, Side, Colour(ice));
    }

    /// <summary>Clouds: a few broad waves in random directions.</summary>
    private static void Haze(double[] ice, ref RandomStream random)
    {
        const int Waves = 8;
        const double Light = .42, Depth = .035;
        ice.AsSpan().Fill(Light);
        for (var wave = 0; wave < Waves; wave++)
        {
            var (x, y, phase) = (random.Uniform(-.3, .3), random.Uniform(-.3, .3), random.Uniform(0, 2 * Math.PI));
            for (var i = 0; i < ice.Length; i++)
                ice[i] += Depth * PortableMath.Cos(x * (i % Side) + y * (i / Side) + phase);
        }
    }

    private static void Crystal(double[] ice, bool onBorder, ref RandomStream random)
    {
        var (along, angle, length) = (random.Uniform(0, Side), random.Uniform(0, 2 * Math.PI), random.Uniform(.35, .7) * Side);
        var side = random.NextInt32(0, 4);
        var (x, y) = onBorder
            ? side switch { 0 => (along, 0.0), 1 => (along, Side - 1.0), 2 => (0.0, along), _ => (Side - 1.0, along) }
            : (along, random.Uniform(0, Side));
        Branch(ice, x, y, angle, length, light: .5, ref random);
    }

    /// <summary>A needle that fades towards its tip, with shorter ones at both sides.</summary>
    private static void Branch(double[] ice, double x, double y, double angle, double length, double light, ref RandomStream random)
    {
        const double ShortestBranching = 6, Apart = 3.5, Share = .45, Fork = Math.PI / 3;
        var (dx, dy) = (PortableMath.Cos(angle), PortableMath.Sin(angle));
        for (var along = 0.0; along < length; along += .5)
            Spot(ice, x + along * dx, y + along * dy, light * (1 - along / length) * .5);
        if (length < ShortestBranching)
            return;
        for (var along = Apart; along < length; along += Apart)
        {
            var branch = (length - along) * Share * random.Uniform(.6, 1.1);
            Branch(ice, x + along * dx, y + along * dy, angle + Fork, branch, light * .7, ref random);
            Branch(ice, x + along * dx, y + along * dy, angle - Fork, branch, light * .7, ref random);
        }
    }

    /// <summary>Lights the four pixels around a point, the nearer the more.</summary>
    private static void Spot(double[] ice, double x, double y, double light)
    {
        var (left, top) = ((int)Math.Floor(x), (int)Math.Floor(y));
        var (right, bottom) = (x - left, y - top);
        Add(ice, left, top, light * (1 - right) * (1 - bottom));
        Add(ice, left + 1, top, light * right * (1 - bottom));
        Add(ice, left, top + 1, light * (1 - right) * bottom);
        Add(ice, left + 1, top + 1, light * right * bottom);
    }

    private static void Add(double[] ice, int x, int y, double light)
    {
        if ((uint)x < Side && (uint)y < Side)
            ice[y * Side + x] += light;
    }

    /// <summary>From the amount of ice to colours: dark blue where there is none, bluish white where there is much.</summary>
    private static byte[] Colour(double[] ice)
    {
        var pixels = new byte[ice.Length * 3];
        for (var i = 0; i < ice.Length; i++)
        {
            // Light saturates softly, so that crossing needles stay apart from their surroundings.
            var light = 1 - PortableMath.Exp(-1.3 * Math.Max(0, ice[i]));
            pixels[i * 3] = (byte)(40 + 200 * light);
            pixels[i * 3 + 1] = (byte)(55 + 195 * light);
            pixels[i * 3 + 2] = (byte)(80 + 175 * light);
        }
        return pixels;
    }
}
