using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Draws one sample of <c>shapes</c>: a background, clutter, the shape, perhaps a bar across it, and noise.</summary>
internal static class ShapePainter
{
    // The sum of the four bytes of a random word is close to normal: mean 510, variance 4 (256^2 - 1) / 12.
    private const double ByteSumMean = 510, ByteSumDeviation = 147.80054127;

    /// <summary>Paints <paramref name="side"/> x <paramref name="side"/> x 3 bytes and returns the class.</summary>
    /// <remarks>Only + - * / and square roots, all exactly rounded by every processor: the same picture everywhere.</remarks>
    public static byte Paint(ref RandomStream random, int side, Span<byte> destination)
    {
        var shape = random.NextInt32(0, ShapeOutline.Names.Count);
        var pixels = new Rgb[side * side];
        var (ground, colour) = Colours(ref random);
        Fill(pixels, side, new ShapeTexture(ref random, ground));
        for (var i = random.NextInt32(0, ShapeStyle.MostClutter + 1); i > 0; i--)
            DrawClutter(ref random, pixels, side);
        var pose = new ShapePose(ref random);
        Cover(pixels, side, new ShapeTexture(ref random, colour),
            point => pose.Radius * ShapeOutline.Distance(shape, pose.Inverse(point)));
        if (random.NextDouble() < ShapeStyle.BarOdds)
            DrawBar(ref random, pixels, side, pose.Centre);
        AddNoise(ref random, pixels, destination);
        return (byte)shape;
    }

    /// <summary>Two colours, the second brighter.</summary>
    private static (Rgb Ground, Rgb Shape) Colours(ref RandomStream random)
    {
        while (true)
        {
            var (a, b) = (Rgb.Draw(ref random), Rgb.Draw(ref random));
            var contrast = b.Brightness - a.Brightness;
            if (Math.Abs(contrast) >= ShapeStyle.LeastContrast)
                return contrast > 0 ? (a, b) : (b, a);
        }
    }

    private static void Fill(Rgb[] pixels, int side, ShapeTexture texture) => Cover(pixels, side, texture, _ => -1);

    private static void DrawClutter(ref RandomStream random, Rgb[] pixels, int side)
    {
        var half = side / 2.0;
        var from = new Vec(random.Uniform(-half, half), random.Uniform(-half, half));
        var reach = random.NextBool() ? random.Uniform(0, 2 * ShapeStyle.LargestClutter) : 0;
        var to = new Vec(from.X + random.Uniform(-reach, reach), from.Y + random.Uniform(-reach, reach));
        var radius = random.Uniform(ShapeStyle.SmallestClutter, ShapeStyle.LargestClutter) / (reach > 0 ? 2 : 1);
        Cover(pixels, side, new ShapeTexture(ref random, Rgb.Draw(ref random)), point => FromLine(point, from, to) - radius);
    }

    private static void DrawBar(ref RandomStream random, Rgb[] pixels, int side, Vec near)
    {
        var angle = random.Uniform(0, Math.PI);
        var (dx, dy) = (side * PortableMath.Cos(angle), side * PortableMath.Sin(angle));
        var centre = new Vec(near.X + random.Uniform(-5, 5), near.Y + random.Uniform(-5, 5));
        var width = random.Uniform(ShapeStyle.ThinnestBar, ShapeStyle.ThickestBar);
        var (from, to) = (new Vec(centre.X - dx, centre.Y - dy), new Vec(centre.X + dx, centre.Y + dy));
        Cover(pixels, side, new ShapeTexture(ref random, Rgb.Draw(ref random)), point => FromLine(point, from, to) - width);
    }

    /// <summary>Lays a texture over the pixels inside an outline, given as a distance in pixels; softly where it crosses a pixel.</summary>
    private static void Cover(Rgb[] pixels, int side, ShapeTexture texture, Func<Vec, double> distance)
    {
        var middle = (side - 1) / 2.0;
        for (var i = 0; i < pixels.Length; i++)
        {
            var point = new Vec(i % side - middle, i / side - middle);
            var covered = Math.Clamp(0.5 - distance(point), 0, 1);
            if (covered > 0)
                pixels[i] = pixels[i].Mix(texture.At(point.X, point.Y), covered);
        }
    }

    private static double FromLine(Vec point, Vec from, Vec to)
    {
        var (dx, dy, px, py) = (to.X - from.X, to.Y - from.Y, point.X - from.X, point.Y - from.Y);
        var length = dx * dx + dy * dy;
        var along = length > 0 ? Math.Clamp((px * dx + py * dy) / length, 0, 1) : 0;
        var (ox, oy) = (px - along * dx, py - along * dy);
        return Math.Sqrt(ox * ox + oy * oy);
    }

    private static void AddNoise(ref RandomStream random, Rgb[] pixels, Span<byte> destination)
    {
        var deviation = random.Uniform(ShapeStyle.LeastNoise, ShapeStyle.MostNoise) / ByteSumDeviation;
        for (var i = 0; i < destination.Length; i++)
        {
            var word = random.NextUInt32();
            var sum = (word & 255) + ((word >> 8) & 255) + ((word >> 16) & 255) + (word >> 24);
            var pixel = pixels[i / 3];
            var value = (i % 3) switch { 0 => pixel.Red, 1 => pixel.Green, _ => pixel.Blue };
            destination[i] = (byte)Math.Round(255 * Math.Clamp(value + deviation * (sum - ByteSumMean), 0, 1));
        }
    }
}
