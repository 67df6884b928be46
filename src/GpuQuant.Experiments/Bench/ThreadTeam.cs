using System.Diagnostics;

namespace GpuQuant.Experiments;

/// <summary>Threads that start some work at the same moment, for measuring what a processor can do with so many of them.</summary>
internal static class ThreadTeam
{
    /// <summary>Has each thread do the work once, and gives the seconds from the first one's start to the last one's end.</summary>
    /// <param name="threads">How many.</param>
    /// <param name="work">Takes the thread's number.</param>
    public static double Seconds(int threads, Action<int> work)
    {
        using var start = new Barrier(threads);
        var (begins, ends) = (new long[threads], new long[threads]);
        var team = Enumerable.Range(0, threads).Select(number => new Thread(() =>
        {
            start.SignalAndWait();
            begins[number] = Stopwatch.GetTimestamp();
            work(number);
            ends[number] = Stopwatch.GetTimestamp();
        })).ToArray();
        foreach (var thread in team)
            thread.Start();
        foreach (var thread in team)
            thread.Join();
        return Stopwatch.GetElapsedTime(begins.Min(), ends.Max()).TotalSeconds;
    }
}
