using System.Diagnostics;
using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Peers.Works;

/// <summary>
/// By how much a process's resident memory grows at most while it builds a net and trains it for some steps: ours and libtorch's, each
/// in processes of their own.
/// </summary>
internal sealed class MemoryWork(PeerNet net) : IWork
{
    private const int Steps = 3;
    private const double MiB = 1 << 20;

    public string Name => $"memory-{net.Name}";

    public bool NeedsTorch => true;

    public IEnumerable<Comparison> Run(PeersOptions options, Action<string> log)
    {
        var sides = new[] { "ours", "channels-first", "channels-last" };
        var growth = sides.ToDictionary(side => side, _ => new double[options.Repetitions]);
        for (var repetition = 0; repetition < options.Repetitions; repetition++)
            foreach (var side in sides)
                growth[side][repetition] = InChild(side, options.Threads, log: repetition == 0 ? log : _ => { });
        var peer = sides[1..].MinBy(side => growth[side].Min())!;
        yield return new(Name, $"libtorch, {peer.Replace('-', ' ')}", "MiB", growth["ours"], growth[peer], IsLessBetter: true);
    }

    /// <summary>What the child process does: trains, and prints the growth in MiB.</summary>
    public static void Child(string side, string netName, int threads)
    {
        var net = PeerNet.All.Single(candidate => candidate.Name == netName);
        if (side != "ours")
            TorchLibrary.Load(threads);
        // A small net first: code, tables and threads of the library are there before the measurement begins.
        Train(side, PeerNet.All[0] with { Batch = 8 }, threads);
        GC.Collect();
        var before = ResetPeak();
        Train(side, net, threads);
        Console.WriteLine(((Status("VmHWM") - before) / 1024).ToString("0.0", CultureInfo.InvariantCulture));
    }

    private static void Train(string side, PeerNet net, int threads)
    {
        if (side == "ours")
        {
            using var ours = OurNet.Training(net, threads);
            for (var step = 0; step < Steps; step++)
                ours.Program.Run();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{net.Name} batch {net.Batch}: {ours.Program.ArenaBytes / MiB:0.0} MiB planned for the step, "
                + $"{(ours.Backend.AllocatedBytes - ours.Program.ArenaBytes) / MiB:0.0} MiB for parameters, gradients and moments"));
            return;
        }
        using var training = new TorchTraining(net.Model(), new(side == "channels-last", HasExactPadding: false));
        using var images = training.Net.Images(net.Pixels(), net.Sample);
        using var labels = TorchTraining.Labels(net.Batch);
        for (var step = 0; step < Steps; step++)
            training.Step(images, labels);
    }

    /// <summary>Has the system forget the process's peak, and gives its resident memory now, KiB.</summary>
    private static double ResetPeak()
    {
        File.WriteAllText("/proc/self/clear_refs", "5");
        return Status("VmRSS");
    }

    private static double Status(string name) => double.Parse(
        File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal)).Split(':')[1].Replace("kB", "",
            StringComparison.Ordinal), CultureInfo.InvariantCulture);

    private double InChild(string side, int threads, Action<string> log)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "memory-child", side, net.Name, threads.ToString(CultureInfo.InvariantCulture) })
            start.ArgumentList.Add(argument);
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync();
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        if (child.ExitCode != 0)
            throw new ComputationException($"The process that measures the memory of {side} failed:\n{errors.Result}");
        foreach (var line in errors.Result.Split('\n').Where(line => line.StartsWith(net.Name, StringComparison.Ordinal)))
            log(line);
        return double.Parse(output, CultureInfo.InvariantCulture);
    }
}
