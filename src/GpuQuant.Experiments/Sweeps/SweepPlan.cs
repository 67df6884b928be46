using System.Security.Cryptography;
using System.Text;
using GpuQuant.Backends;
using GpuQuant.Numerics;
using GpuQuant.Quantization;

namespace GpuQuant.Experiments;

/// <summary>A sweep's runs, with what they share: the device and the data, each opened when the first run needs it.</summary>
public sealed class SweepPlan : IDisposable
{
    /// <summary>The file that lists a sweep's runs and their rows.</summary>
    internal const string IndexFile = "rows.txt";

    private readonly Lazy<Backend> _backend;
    private readonly Dictionary<string, SweepData> _data = [];

    internal SweepPlan(Sweep sweep, string output, ModelTraining[] models, IQuantizer[] quantizers, DeviceInfo device)
    {
        (Sweep, Output, Quantizers, Device) = (sweep, output, quantizers, device);
        _backend = new(() => Devices.Open(sweep.Device, Catalog.All<IBackendProvider>()));
        foreach (var source in models.Select(model => model.Source).DistinctBy(source => source.Name))
            _data[source.Name] = new SweepData(source, sweep);
        Runs = [.. models.Select((model, i) => new SweepRun(this, model, i))];
    }

    /// <summary>The runs, in the grid's order.</summary>
    public IReadOnlyList<SweepRun> Runs { get; }

    /// <summary>The sweep's folder.</summary>
    public string Output { get; }

    internal Sweep Sweep { get; }

    internal IReadOnlyList<IQuantizer> Quantizers { get; }

    internal DeviceInfo Device { get; }

    internal Backend Backend => _backend.Value;

    /// <summary>What tells this plan from others that a program may have: the files that it makes.</summary>
    internal string Identity => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Index())))[..16];

    /// <summary>Gives the device back, if it was opened.</summary>
    public void Dispose()
    {
        if (_backend.IsValueCreated)
            _backend.Value.Dispose();
    }

    internal SweepData DataOf(SweepRun run) => _data[run.Training.Source.Name];

    /// <summary>Throws unless every model can be made and trained.</summary>
    internal void Validate()
    {
        foreach (var run in Runs.Where(run => !run.IsFinished))
        {
            var train = DataOf(run).Train;
            run.Training.Strategy.Check(train);
            run.Training.Architecture.Build(train.SampleShape, train.Classes);
        }
    }

    /// <summary>Keeps other processes from running sweeps in this folder until it is disposed.</summary>
    internal IDisposable Lock()
    {
        try
        {
            Directory.CreateDirectory(Output);
            return RunLock.TryTake(Path.Combine(Output, "lock")) ?? throw new UsageException(
                $"Another process runs a sweep in '{Output}'; wait for its end or choose another --out.");
        }
        catch (Exception error) when (WriteFailure.Handles(error))
        {
            throw WriteFailure.Explain(Output, error);
        }
    }

    internal void WriteIndex() =>
        AtomicFile.Write(Path.Combine(Output, IndexFile), stream => stream.Write(Encoding.UTF8.GetBytes(Index())));

    /// <summary>The results of what is finished.</summary>
    internal Results Results() => Experiments.Results.Of(Runs.SelectMany(run => run.Files));

    private string Index() => string.Concat(Runs.Select(run =>
        $"# {run.Title}\n" + string.Concat(run.Files.Select(file => Path.GetRelativePath(Output, file).Replace('\\', '/') + "\n"))));
}
