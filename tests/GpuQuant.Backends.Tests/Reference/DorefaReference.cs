namespace GpuQuant.Backends.Tests.Reference;

/// <summary>DoReFa's weights, equation 9 of Zhou et al. 2016.</summary>
public static class DorefaReference
{
    /// <summary>What is rounded, in steps: how near it is to a tie decides whether a device's division may matter.</summary>
    public static double Steps(float t, float greatest, int intervals) => ((double)t / greatest / 2 + 0.5) * intervals;

    public static Approx Forward(float t, float greatest, int intervals) =>
        new Approx(2 * Math.Round(Steps(t, greatest, intervals), MidpointRounding.AwayFromZero)) / new Approx(intervals) - new Approx(1);

    public static Approx Backward(float t, float greatest, float dy)
    {
        var square = new Approx(t) * new Approx(t);
        return new Approx(dy) * (new Approx(1) - square) / new Approx(greatest);
    }
}
