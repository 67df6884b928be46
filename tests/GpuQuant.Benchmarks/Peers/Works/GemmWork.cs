using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using static TorchSharp.torch;

namespace GpuQuant.Peers.Works;

/// <summary>A float32 product of square matrices, against libtorch and against what the processor's multiply-adds could do.</summary>
internal sealed class GemmWork(int size) : IWork
{
    public string Name => $"gemm-{size}";

    public bool NeedsTorch => true;

    public IEnumerable<Comparison> Run(PeersOptions options, Action<string> log)
    {
        var operations = 2e-9 * size * size * size;
        var peak = new Side("FMA peak", () => FmaPeak.Gflops(options.Threads, CpuIsa.Detect().Vectors, samples: 20));
        return Comparison.Of(Name, "GFLOP/s", options.Repetitions, Ours(size, operations, options.Threads), Torch(operations), peak);
    }

    /// <summary>Our product as a side.</summary>
    public static Side Ours(int size, double operations, int threads)
    {
        var backend = new CpuBackend(threads);
        var shape = new Shape(size, size);
        var (a, b, c) = (Matrix("a", 1), Matrix("b", 2), Matrix("c", 3));
        var call = new GemmCall(a, b, null, c);
        var bytes = backend.WorkspaceBytes(call);
        var bound = bytes == 0
            ? call
            : call with { Workspace = TensorView.Allocate(backend, "workspace", DType.UInt8, new Shape(checked((int)bytes))) };
        return Side.Of("ours", operations, bound.Prepare(backend.Primitives), backend);

        TensorView Matrix(string name, ulong seed)
        {
            var view = TensorView.Allocate(backend, name, DType.Float32, shape);
            BenchInputs.FillUniform(backend, view, seed);
            return view;
        }
    }

    private Side Torch(double operations)
    {
        var (a, b) = (rand(size, size), rand(size, size));
        return Side.Of("libtorch", operations, () => a.mm(b).Dispose(), new Disposables(a, b));
    }
}
