namespace GpuQuant.Backends.Tests.Reference;

/// <summary>Where learned steps start and what follows from them, from the papers' definitions in double.</summary>
public static class LearnedStepReference
{
    public static (double Step, double Offset) First(IEnumerable<float> row, StepStart start, int minimum, int maximum)
    {
        var values = row.Select(v => (double)v).ToArray();
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
        var (low, high) = (Math.Min(0, values.Min()), Math.Max(0, values.Max()));
        return start switch
        {
            StepStart.MeanMagnitude => (2 * values.Average(Math.Abs) / Math.Sqrt(maximum), 0),
            StepStart.ThreeDeviations =>
                (Math.Max(Math.Abs(mean - 3 * deviation), Math.Abs(mean + 3 * deviation)) / (maximum + 1.0), 0),
            StepStart.LeastToGreatest => ((high - low) / (maximum - minimum), low - minimum * ((high - low) / (maximum - minimum))),
            _ => (high, 0),
        };
    }

    /// <summary>The scale of a step that is there, a float32 division at most; and the zero point, a float32 division rounded.</summary>
    public static (float Scale, int ZeroPoint) Parameters(float step, float offset, StepStart start, int minimum, int maximum)
    {
        var scale = start == StepStart.Greatest ? Math.Abs(step) / maximum : Math.Abs(step);
        scale = scale == 0 ? 1 : scale;
        return (scale, (int)Math.Clamp(Math.Round((double)(-offset / scale), MidpointRounding.AwayFromZero), minimum, maximum));
    }
}
