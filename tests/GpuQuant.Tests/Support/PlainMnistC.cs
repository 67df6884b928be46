namespace GpuQuant.Tests.Support;

/// <summary>MNIST-C's random corruptions once more, word by word from their specification, for 28 x 28 bytes and slow.</summary>
internal static class PlainMnistC
{
    private const int Side = 28;

    private static readonly (double Sigma, int Shift, int Passes)[] Glass = [(.7, 1, 2), (.9, 2, 1), (1, 2, 3), (1.1, 3, 2), (1.5, 4, 2)];
    private static readonly (double Radius, double Sigma)[] Motion = [(10, 3), (15, 5), (15, 8), (15, 12), (20, 15)];
    private static readonly (double Strength, double Decay)[] Fogs = [(1.5, 2), (2.0, 2), (2.5, 1.7), (2.5, 1.5), (3.0, 1.4)];
    private static readonly (double Loc, double Scale, double Sigma1, double Threshold, double Sigma2)[] Mud =
        [(.65, .3, 4, .69, .6), (.65, .3, 3, .68, .6), (.65, .3, 2, .68, .5), (.65, .3, 1, .65, 1.5), (.67, .4, 1, .65, 1.5)];

    /// <summary>The corruption of that name, as (image, severity, draws) to bytes.</summary>
    public static Func<byte[], int, PlainDraws, byte[]> Named(string name) => name switch
    {
        "shot_noise" => ShotNoise,
        "impulse_noise" => ImpulseNoise,
        "glass_blur" => GlassBlur,
        "motion_blur" => MotionBlur,
        "translate" => Translate,
        "fog" => Fog,
        "spatter" => Spatter,
        "dotted_line" => DottedLine,
        "zigzag" => Zigzag,
        _ => throw new ArgumentException(name),
    };

    private static byte[] ShotNoise(byte[] image, int severity, PlainDraws draws)
    {
        double[] photons = [60, 25, 12, 5, 3];
        return Bytes(Units(image).Select(x =>
        {
            // Inversion: count the terms of the distribution function that the uniform number passes.
            var (mean, uniform, count) = (x * photons[severity - 1], draws.Uniform(), 0);
            for (double term = Math.Exp(-mean), sum = term; sum <= uniform && count < 1000; sum += term)
                term *= mean / ++count;
            return count / photons[severity - 1];
        }));
    }

    private static byte[] ImpulseNoise(byte[] image, int severity, PlainDraws draws)
    {
        double[] odds = [.03, .06, .09, .17, .27];
        return [.. image.Select(value =>
        {
            var (hit, salt) = (draws.Uniform() < odds[severity - 1], draws.Bit());
            return hit ? salt ? (byte)255 : (byte)0 : value;
        })];
    }

    private static byte[] Translate(byte[] image, int severity, PlainDraws draws)
    {
        var dx = draws.Bit() ? severity : -severity;
        var dy = draws.Bit() ? severity : -severity;
        return [.. Map((row, column) => Inside(row + dy, column + dx) ? image[(row + dy) * Side + column + dx] : 0).Select(v => (byte)v)];
    }

    private static byte[] GlassBlur(byte[] image, int severity, PlainDraws draws)
    {
        var (sigma, shift, passes) = Glass[severity - 1];
        var pixels = Gaussian(Units(image), sigma, 0).Select(x => (byte)(x * 255)).ToArray();
        for (var pass = 0; pass < passes; pass++)
        {
            for (var h = Side - shift; h > shift; h--)
            {
                for (var w = Side - shift; w > shift; w--)
                {
                    if (!draws.Bit())
                        continue;
                    var (dx, dy) = (draws.Integer(-shift, shift), draws.Integer(-shift, shift));
                    var (own, other) = (h * Side + w, (h + dy) * Side + w + dx);
                    (pixels[own], pixels[other]) = (pixels[other], pixels[own]);
                }
            }
        }
        return Bytes(Gaussian(Units(pixels), sigma, 0));
    }

    private static byte[] MotionBlur(byte[] image, int severity, PlainDraws draws)
    {
        var (radius, sigma) = Motion[severity - 1];
        var angle = (-45 + 90 * draws.Uniform()) * Math.PI / 180;
        var weights = Enumerable.Range(0, 2 * (int)radius + 1).Select(i => Math.Exp(-i * i / (2 * sigma * sigma))).ToArray();
        var total = weights.Sum();
        var taps = weights.Select((weight, i) => (Weight: weight / total,
            Dx: (int)Math.Ceiling(i * Math.Cos(angle) - 0.5), Dy: (int)Math.Ceiling(i * Math.Sin(angle) - 0.5))).ToArray();
        return [.. Map((row, column) => taps.Sum(tap => tap.Weight * image[Clamped(row + tap.Dy, column + tap.Dx)]))
            .Select(value => (byte)Math.Floor(value + 0.5))];
    }

    private static byte[] Fog(byte[] image, int severity, PlainDraws draws)
    {
        var (strength, decay) = Fogs[severity - 1];
        var (map, most) = (PlainPlasma.Draw(256, decay, draws.Coarse), image.Max() / 255.0);
        return Bytes(Map((row, column) => (image[row * Side + column] / 255.0 + strength * map[row, column]) * most / (most + strength)));
    }

    private static byte[] Spatter(byte[] image, int severity, PlainDraws draws)
    {
        var (loc, scale, sigma1, threshold, sigma2) = Mud[severity - 1];
        var layer = Gaussian(Map((_, _) => loc + scale * draws.Normal()), sigma1, sigma1).Select(v => v < threshold ? 0 : v);
        var mask = Gaussian([.. layer.Select(v => v > threshold ? 1.0 : 0)], sigma2, sigma2).Select(v => v < 0.8 ? 0 : v);
        return Bytes(Units(image).Zip(mask, (x, m) => x * (1 - m) + 63 / 255.0 * m));
    }

    private static byte[] DottedLine(byte[] image, int severity, PlainDraws draws)
    {
        var (r0, r1) = (draws.Integer(0, 27), draws.Integer(0, 27));
        return Bytes(Units(image).Zip(Map((row, column) => column / 2 % 2 == 0 ? 0 : Line(0, r0, 27, r1, row, column)), (x, l) => x + l));
    }

    private static byte[] Zigzag(byte[] image, int severity, PlainDraws draws)
    {
        var r0 = draws.Integer(0, 27);
        var r1 = r0 + draws.Integer(-5, 5);
        var theta = Math.Atan((r1 - r0) / 23.0);
        var d = 23 / Math.Cos(theta);
        List<(double C, double R)> points = [(0, 0)];
        for (var i = 0; i <= Math.Floor((d - 2) / 4); i++)
            points.Add(((2 * i + 1) * 2, i % 2 == 0 ? 2 : -2));
        var mx = 4 * Math.Floor(d / 4);
        if (d != mx)
            points.Add((d, points[^1].R / (2 * (d - mx))));
        var turned = points.Select(p => (C: p.C * Math.Cos(theta) - p.R * Math.Sin(theta) + 2,
            R: p.C * Math.Sin(theta) + p.R * Math.Cos(theta) + r0)).ToArray();
        var x = Units(image);
        foreach (var (a, b) in turned.Zip(turned[1..]))
            x = [.. x.Zip(Map((row, column) => Line(a.C, a.R, b.C, b.R, row, column)), (v, l) => Math.Min(1, v + l))];
        return Bytes(x);
    }

    private static double Line(double c0, double r0, double c1, double r1, int row, int column)
    {
        if (c1 == c0 || column < Math.Floor(c0) || column >= Math.Ceiling(c1))
            return 0;
        var e = Math.Min(Math.Abs(row - ((r1 - r0) / (c1 - c0) * (column - c0) + r0)), 2.3 - 1e-10);
        return Math.Clamp(Math.Log(1 - e / 2.3) + 1, 0, 1);
    }

    /// <summary>Down with one sigma, then to the right with another; 0 leaves an axis alone.</summary>
    private static double[] Gaussian(double[] plane, double down, double right)
    {
        foreach (var (sigma, dy, dx) in new[] { (down, 1, 0), (right, 0, 1) })
        {
            var (r, source) = ((int)(4 * sigma + 0.5), plane);
            var weights = Enumerable.Range(-r, 2 * r + 1).Select(k => r == 0 ? 1 : Math.Exp(-k * k / (2 * sigma * sigma))).ToArray();
            var total = weights.Sum();
            plane = Map((row, column) =>
            {
                var sum = 0.0;
                for (var k = -r; k <= r; k++)
                    sum += weights[k + r] * source[Clamped(row + k * dy, column + k * dx)];
                return sum / total;
            });
        }
        return plane;
    }

    private static double[] Map(Func<int, int, double> pixel) =>
        [.. Enumerable.Range(0, Side * Side).Select(i => pixel(i / Side, i % Side))];

    private static int Clamped(int row, int column) => Math.Clamp(row, 0, Side - 1) * Side + Math.Clamp(column, 0, Side - 1);

    private static bool Inside(int row, int column) => row is >= 0 and < Side && column is >= 0 and < Side;

    private static double[] Units(byte[] image) => [.. image.Select(value => value / 255.0)];

    private static byte[] Bytes(IEnumerable<double> units) =>
        [.. units.Select(x => (byte)Math.Round((float)(Math.Clamp(x, 0, 1) * 255), MidpointRounding.ToEven))];
}
