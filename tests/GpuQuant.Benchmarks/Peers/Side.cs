using System.Diagnostics;

namespace GpuQuant.Peers;

/// <summary>One of those who are compared: does the work for a while and says how fast it was.</summary>
/// <param name="Name">Who: "ours", "libtorch".</param>
/// <param name="Rate">Does some of the work and gives units of it per second; its first call warms up.</param>
internal sealed record Side(string Name, Func<double> Rate) : IDisposable
{
    /// <summary>What is not needed any more when the comparison is over.</summary>
    public IDisposable? Owned { get; init; }

    /// <summary>The time that one repetition takes at least.</summary>
    private const double LeastSeconds = 0.4;

    /// <summary>A side that runs the same step again and again.</summary>
    /// <param name="name">Who.</param>
    /// <param name="units">Units of work in a step: images, 10^9 operations.</param>
    /// <param name="step">The step.</param>
    /// <param name="owned">Disposed of with the side.</param>
    public static Side Of(string name, double units, Action step, IDisposable? owned = null)
    {
        var steps = 0;
        return new Side(name, Rate) { Owned = owned };

        double Rate()
        {
            // The first step wakes threads and refills caches after the other side's turn.
            step();
            if (steps == 0)
            {
                step();
                steps = Math.Max(1, (int)Math.Ceiling(LeastSeconds / Seconds(1)));
            }
            return units * steps / Seconds(steps);
        }

        double Seconds(int count)
        {
            var start = Stopwatch.GetTimestamp();
            for (var i = 0; i < count; i++)
                step();
            return Stopwatch.GetElapsedTime(start).TotalSeconds;
        }
    }

    public void Dispose() => Owned?.Dispose();
}
