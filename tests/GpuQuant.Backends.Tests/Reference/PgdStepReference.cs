namespace GpuQuant.Backends.Tests.Reference;

public static class PgdStepReference
{
    /// <summary>Sample by sample in real numbers; arrays hold whole samples one after another.</summary>
    public static Approx[] Compute(PgdStepCase c, float[] gradient, float[] origin, float[] mean, float[] samples)
    {
        var output = new Approx[samples.Length];
        for (var start = 0; start < samples.Length; start += mean.Length)
        {
            var range = start..(start + mean.Length);
            var moved = c.Norm == AttackNorm.LInfinity
                ? AlongSign(c, gradient[range], origin[range], samples[range])
                : AlongGradient(c, gradient[range], origin[range], samples[range]);
            for (var i = 0; i < mean.Length; i++)
                output[start + i] = Clamp(moved[i], (Approx)c.Low - mean[i], (Approx)c.High - mean[i]);
        }
        return output;
    }

    private static Approx[] AlongSign(PgdStepCase c, float[] gradient, float[] origin, float[] samples) =>
        [.. samples.Select((x, i) => Clamp(
            float.IsNaN(gradient[i]) || gradient[i] == 0 ? x : x + (Approx)c.Step * Math.Sign(gradient[i]),
            origin[i] - (Approx)c.Radius, origin[i] + (Approx)c.Radius))];

    private static Approx[] AlongGradient(PgdStepCase c, float[] gradient, float[] origin, float[] samples)
    {
        // The magnification is a power of two: it changes no relative error.
        var magnified = gradient.Select(g => (Approx)(g * Math.Pow(2, 40))).ToArray();
        var square = Approx.Sum(magnified.Select(g => g * g));
        Approx[] moved = [.. samples.Select(x => (Approx)x)];
        if (square.Value > 0 && double.IsFinite(square.Value))
            moved = [.. moved.Select((x, i) => x + magnified[i] * (c.Step / Approx.Sqrt(square)))];
        var distance = Approx.Sqrt(Approx.Sum(moved.Select((x, i) => (x - origin[i]) * (x - origin[i]))));
        var factor = distance.Value > c.Radius ? c.Radius / distance : 1;
        return [.. moved.Select((x, i) => origin[i] + (x - origin[i]) * factor)];
    }

    private static Approx Clamp(Approx x, Approx least, Approx greatest) =>
        x.Value < least.Value ? least with { Error = Math.Max(least.Error, x.Error) }
        : x.Value > greatest.Value ? greatest with { Error = Math.Max(greatest.Error, x.Error) } : x;
}
