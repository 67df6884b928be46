using GpuQuant.Backends;
using GpuQuant.Data.Text;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// How fast a device is: its peaks, matrix products, and every call of some nets' inference and training step beside the least time
/// that the peaks allow (a roofline). What <c>gpuquant bench kernels</c> runs.
/// </summary>
/// <example><c>KernelBenchTable.Write(new KernelBench { Architectures = ["lenet5"] }.Run(backend, 2), AnsiConsole.Console)</c></example>
public sealed record KernelBench
{
    private const int Classes = 10;
    private static readonly int[] GemmSizes = [256, 512, 1024, 2048], QuickGemmSizes = [256, 512];

    /// <summary>The nets that are measured unless others are named.</summary>
    public static IReadOnlyList<string> Nets { get; } = ["lenet1", "lenet5", "resnet20", "nin"];

    /// <summary>The nets to measure.</summary>
    public IReadOnlyList<string> Architectures { get; init; } = Nets;

    /// <summary>Fewer sizes and repetitions: seconds in place of a minute, and numbers that vary more.</summary>
    public bool IsQuick { get; init; }

    /// <summary>Measures a device.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="threads">How many threads of the processor work, where the device is the processor.</param>
    /// <param name="progress">Is told what is measured next.</param>
    /// <exception cref="UsageException">There is no such architecture, or the number of threads is below 1.</exception>
    public KernelBenchResult Run(Backend backend, int threads, Action<string>? progress = null)
    {
        if (threads < 1)
            throw new UsageException($"{threads} threads were asked for; at least 1 is needed.");
        var architectures = Architectures.Select(name => Catalog.Get<IArchitecture>("architecture", name)).ToArray();
        progress?.Invoke("the device's peaks");
        var peaks = MachinePeaks.Measure(backend, threads, IsQuick);
        progress?.Invoke("matrix products");
        var gemms = (IsQuick ? QuickGemmSizes : GemmSizes).Select(size => GemmBench.Measure(backend, size, IsQuick)).ToArray();
        if (peaks.Gflops is null)
            peaks = peaks with { Gflops = gemms.Max(gemm => gemm.Gflops), GflopsSource = "GEMM" };
        return new(backend.Device, peaks, gemms, [.. architectures.SelectMany(net => Measure(backend, net, peaks, progress))]);
    }

    private IEnumerable<NetTotal> Measure(Backend backend, IArchitecture architecture, MachinePeaks peaks, Action<string>? progress)
    {
        var (shape, batch) = Samples(architecture.Name);
        var model = Model.Initialize(architecture.Build(shape, Classes), seed: 0);
        using var parameters = new DeviceParameters(backend, model, withGradients: true);
        foreach (var phase in new[] { NetBench.Inference, NetBench.Training })
        {
            progress?.Invoke($"{architecture.Name}, {phase}");
            yield return NetBench.Measure(backend, architecture.Name, phase, model.Graph, parameters, batch, peaks, IsQuick);
        }
    }

    /// <summary>The samples and the batch with which the study trains a net.</summary>
    private static (Shape Sample, int Batch) Samples(string architecture) => architecture switch
    {
        "lenet1" or "lenet5" => (new Shape(28, 28, 1), 256),
        "lstm" or "gru" => (new Shape(ImdbSource.Length), 32),
        "densenet121" or "resnet50" => (new Shape(448, 448, 3), 4),
        _ => (new Shape(32, 32, 3), 128),
    };
}
