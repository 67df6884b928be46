using GpuQuant.Numerics;

namespace GpuQuant.Data.Drawn;

/// <summary>
/// Draws one sample of the embedded set: picks a digit and a way of drawing it, bends it, turns it, draws it, damages it, adds noise.
/// </summary>
internal static class GlyphPainter
{
    private const double Box = 18;

    // The sum of the four bytes of a random word is close to normal: mean 510, variance 4 (256^2 - 1) / 12.
    private const double ByteSumMean = 510, ByteSumDeviation = 147.80054127;

    /// <summary>Paints a sample of <paramref name="side"/> x <paramref name="side"/> bytes and returns its class.</summary>
    public static byte Paint(ref RandomStream random, int side, Span<byte> destination)
    {
        var digit = random.NextInt32(0, GlyphTemplate.All.Count);
        var templates = GlyphTemplate.All[digit];
        var template = templates[random.NextInt32(0, templates.Count)];
        var canvas = new GlyphCanvas(side);
        var controls = Controls(ref random, template, (side - 1) / 2.0);
        var radius = random.Uniform(GlyphStyle.ThinnestPen, GlyphStyle.ThickestPen);
        var ink = random.Uniform(GlyphStyle.FaintestInk, 1);
        foreach (var stroke in template.Strokes)
            DrawPath(canvas, stroke.Flatten(controls), radius, ink);
        if (random.NextDouble() < GlyphStyle.GapOdds)
            canvas.Erase(controls[random.NextInt32(0, controls.Length)], GlyphStyle.GapRadius);
        if (random.NextDouble() < GlyphStyle.StrayOdds)
            DrawStray(ref random, canvas, side, radius, ink);
        AddNoise(ref random, canvas.Values, destination);
        return (byte)digit;
    }

    private static Vec[] Controls(ref RandomStream random, GlyphTemplate template, double centre)
    {
        var angle = random.Uniform(-GlyphStyle.Rotation, GlyphStyle.Rotation);
        var (sin, cos) = (PortableMath.Sin(angle), PortableMath.Cos(angle));
        var shear = random.Uniform(-GlyphStyle.Shear, GlyphStyle.Shear);
        var width = Box * random.Uniform(GlyphStyle.SmallestScale, GlyphStyle.LargestScale);
        var height = Box * random.Uniform(GlyphStyle.SmallestScale, GlyphStyle.LargestScale);
        var moveX = centre + random.Uniform(-GlyphStyle.Translation, GlyphStyle.Translation);
        var moveY = centre + random.Uniform(-GlyphStyle.Translation, GlyphStyle.Translation);
        var controls = new Vec[template.Points.Length];
        for (var i = 0; i < controls.Length; i++)
        {
            var y = height * ((template.Points[i].Y + GlyphStyle.PointJitter * random.NextNormal()) / 100 - 0.5);
            var x = width * ((template.Points[i].X + GlyphStyle.PointJitter * random.NextNormal()) / 100 - 0.5) - shear * y;
            controls[i] = new Vec(moveX + cos * x - sin * y, moveY + sin * x + cos * y);
        }
        return controls;
    }

    private static void DrawPath(GlyphCanvas canvas, List<Vec> path, double radius, double ink)
    {
        for (var i = 0; i + 1 < path.Count; i++)
            canvas.Draw(path[i], path[i + 1], radius, ink);
    }

    private static void DrawStray(ref RandomStream random, GlyphCanvas canvas, int side, double radius, double ink)
    {
        var from = new Vec(random.Uniform(0, side), random.Uniform(0, side));
        var length = GlyphStyle.StrayLength;
        var to = new Vec(from.X + random.Uniform(-length, length), from.Y + random.Uniform(-length, length));
        canvas.Draw(from, to, radius, ink);
    }

    private static void AddNoise(ref RandomStream random, ReadOnlySpan<double> values, Span<byte> destination)
    {
        for (var i = 0; i < destination.Length; i++)
        {
            var word = random.NextUInt32();
            var sum = (word & 255) + ((word >> 8) & 255) + ((word >> 16) & 255) + (word >> 24);
            var noise = GlyphStyle.Noise / ByteSumDeviation * (sum - ByteSumMean);
            destination[i] = (byte)Math.Round(255 * Math.Clamp(values[i] + noise, 0, 1));
        }
    }
}
