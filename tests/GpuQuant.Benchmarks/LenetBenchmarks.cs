using BenchmarkDotNet.Attributes;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Benchmarks;

/// <summary>A training step and an inference of 256 images on the cpu backend, without loading and uploading.</summary>
[MemoryDiagnoser]
public class LenetBenchmarks : IDisposable
{
    private CpuBackend _backend = null!;
    private GraphProgram _training = null!, _inference = null!;

    /// <summary>The net.</summary>
    [Params("lenet1", "lenet5")]
    public string Architecture { get; set; } = "";

    /// <summary>The number of threads.</summary>
    [Params(1, 2)]
    public int Threads { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _backend = new CpuBackend(Threads);
        var graph = Catalog.Get<IArchitecture>("architecture", Architecture).Build(new Shape(28, 28, 1), 10);
        var parameters = new DeviceParameters(_backend, Model.Initialize(graph, 0), withGradients: true);
        _training = GraphProgram.ForTraining(graph, parameters, _backend, 256, new SoftmaxCrossEntropyLoss(), new Adam().Start(parameters).Calls);
        _inference = GraphProgram.ForInference(graph, parameters, _backend, 256);
    }

    [GlobalCleanup]
    public void Dispose()
    {
        _backend.Dispose();
        GC.SuppressFinalize(this);
    }

    [Benchmark]
    public void TrainingStep() => _training.Run();

    [Benchmark]
    public void Inference() => _inference.Run();
}
