namespace GpuQuant.Backends.Tests.Reference;

/// <summary>The gradients of learned quantization, value by value as the papers write them. The quotients are float32, as defined.</summary>
public static class LearnedQuantizeBackwardReference
{
    public static float[] Input(float[] x, float[] dy, float[] scales, int[] zeroPoints, int minimum, int maximum) =>
        [.. x.Select((value, i) => IsInside(value, i, x.Length, scales, zeroPoints, minimum, maximum, out _) ? dy[i] : 0)];

    /// <summary>Esser et al. 2020, equation 3; for a learned end Choi et al. 2018, equation 3.</summary>
    public static Approx[] Step(LearnedQuantizeCase c)
    {
        var sums = new ApproxSum[c.Rows];
        for (var i = 0; i < c.Count; i++)
        {
            var row = i / c.Length;
            var isInside = IsInside(c.Input[i], i, c.Count, c.Scales, c.ZeroPoints, c.Minimum, c.Maximum, out var v);
            var quotient = (double)(c.Input[i] / c.Scales[row]);
            Approx slope = c.IsEndLearned
                ? !isInside && v >= c.Maximum ? 1 : 0
                : isInside ? new Approx(Math.Round(quotient, MidpointRounding.AwayFromZero)) - new Approx(quotient)
                : v <= c.Minimum ? c.Minimum : c.Maximum;
            sums[row].Add(slope * new Approx(c.OutputGradient[i]));
        }
        return [.. sums.Select(sum => sum.Total * new Approx(c.Factor))];
    }

    /// <summary>Bhalgat et al. 2020, equation 8.</summary>
    public static Approx Offset(LearnedQuantizeCase c)
    {
        var sum = new ApproxSum();
        for (var i = 0; i < c.Count; i++)
            if (!IsInside(c.Input[i], i, c.Count, c.Scales, c.ZeroPoints, c.Minimum, c.Maximum, out _))
                sum.Add(new Approx(c.OutputGradient[i]));
        return sum.Total * new Approx(c.Factor);
    }

    private static bool IsInside(
        float x, int i, int count, float[] scales, int[] zeroPoints, int minimum, int maximum, out float v)
    {
        var row = i / (count / scales.Length);
        v = x / scales[row] + zeroPoints[row];
        return v > minimum && v < maximum;
    }
}
