using GpuQuant.Backends.Cpu;
using GpuQuant.Experiments;
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
        var ours = new OurGemm(size, threads);
        return Side.Of("ours", operations, ours.Run, ours);
    }

    private Side Torch(double operations)
    {
        var (a, b) = (rand(size, size), rand(size, size));
        return Side.Of("libtorch", operations, () => a.mm(b).Dispose(), new Disposables(a, b));
    }
}
