using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>
/// This process as a worker of another's sweep: it takes the numbers of runs, a line each, on standard input and answers each on standard
/// output. What else the program writes there is no answer and goes to the worker's log.
/// </summary>
internal static class Worker
{
    /// <summary>The variable that makes a program a worker: it names the sweep, for a program may have several.</summary>
    public const string Variable = "GPUQUANT_WORKER";

    /// <summary>What answers begin with.</summary>
    public const string Done = "gpuquant run done ", Failed = "gpuquant run failed ";

    public static bool IsFor(SweepPlan plan) => Environment.GetEnvironmentVariable(Variable) == plan.Identity;

    /// <summary>Does what it is told until nobody asks for more, then ends the process: the rest of the program is the other's.</summary>
    public static void Serve(SweepPlan plan, CancellationToken cancellation)
    {
        while (!cancellation.IsCancellationRequested && Console.In.ReadLine() is { } line)
        {
            var index = int.Parse(line, CultureInfo.InvariantCulture);
            var failure = plan.Runs[index].Execute(cancellation);
            var answer = failure is null ? Done + line : $"{Failed}{line} {failure.Reason.ReplaceLineEndings(" ")}";
            Console.Out.WriteLine(answer);
            Console.Out.Flush();
        }
        Environment.Exit(0);
    }
}
