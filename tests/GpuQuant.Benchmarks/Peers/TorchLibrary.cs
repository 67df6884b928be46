using GpuQuant.Numerics;
using TorchSharp;

namespace GpuQuant.Peers;

/// <summary>Loading libtorch, which not every system can.</summary>
internal static class TorchLibrary
{
    /// <summary>Loads it and says how many threads it may use.</summary>
    /// <exception cref="ComputationException">It does not load here; says what to do.</exception>
    public static void Load(int threads)
    {
        try
        {
            torch.set_num_threads(threads);
            torch.set_num_interop_threads(1);
        }
        catch (Exception error) when (error is TypeInitializationException or DllNotFoundException or NotSupportedException or BadImageFormatException)
        {
            var cause = error.GetBaseException().Message.ReplaceLineEndings(" ");
            throw new ComputationException($"libtorch does not load on this system ({cause[..Math.Min(cause.Length, 300)]}). It needs "
                + "GLIBCXX_3.4.32, which Debian 12 lacks and trixie has:\n"
                + "  tests/lanes/trixie.sh -- dotnet run -c Release --project tests/GpuQuant.Benchmarks -- peers");
        }
    }

    /// <summary>The version, for reports.</summary>
    public static string Version => torch.__version__;
}
