using System.Diagnostics;
using GpuQuant.Backends;

namespace GpuQuant.Experiments;

/// <summary>Times of work on a device.</summary>
public static class Timing
{
    /// <summary>The middle value; of an even number, the mean of the two in the middle: 3, 1, 2, 10 gives 2.5.</summary>
    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    /// <summary>The median seconds of some work, after one run that does not count, repeated until both limits are reached.</summary>
    /// <param name="backend">The device, which is waited for.</param>
    /// <param name="work">Enqueues the work.</param>
    /// <param name="leastRuns">Runs at least.</param>
    /// <param name="leastSeconds">Seconds of all runs together at least.</param>
    public static double MedianSeconds(Backend backend, Action work, int leastRuns, double leastSeconds)
    {
        Once();
        var times = new List<double>();
        for (var total = 0.0; times.Count < leastRuns || total < leastSeconds; total += times[^1])
            times.Add(Once());
        return Median(times);

        double Once()
        {
            var start = Stopwatch.GetTimestamp();
            work();
            backend.Synchronize();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }
}
