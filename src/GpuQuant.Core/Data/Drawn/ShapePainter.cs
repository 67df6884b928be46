using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>Draws one sample of <c>shapes</c>: a background, clutter, the shape, perhaps a bar across it, and noise.</summary>
internal static class ShapePainter
{
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
        PixelNoise.Write(ref random, pixels, random.Uniform(ShapeStyle.LeastNoise, ShapeStyle.MostNoise), destination);
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
        Cover(pixels, side, new ShapeTexture(ref random, Rgb.Draw(ref random)), point => point.FromSegment(from, to) - radius);
    }

    private static void DrawBar(ref RandomStream random, Rgb[] pixels, int side, Vec near)
    {
        var angle = random.Uniform(0, Math.PI);
        var (dx, dy) = (side * PortableMath.Cos(angle), side * PortableMath.Sin(angle));
        var centre = new Vec(near.X + random.Uniform(-5, 5), near.Y + random.Uniform(-5, 5));
        var width = random.Uniform(ShapeStyle.ThinnestBar, ShapeStyle.ThickestBar);
        var (from, to) = (new Vec(centre.X - dx, centre.Y - dy), new Vec(centre.X + dx, centre.Y + dy));
        Cover(pixels, side, new ShapeTexture(ref random, Rgb.Draw(ref random)), point => point.FromSegment(from, to) - width);
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
}
