using System.Runtime.InteropServices;
using GpuQuant.Numerics;
using TorchSharp;

namespace GpuQuant.Peers;

/// <summary>Loading libtorch, which not every system can.</summary>
internal static class TorchLibrary
{
    private const string NativeLibraryName = "libLibTorchSharp.so";

    /// <summary>Loads it and sets how many threads it uses; once per process.</summary>
    /// <exception cref="ComputationException">It does not load here; says what to do.</exception>
    public static void Load(int threads)
    {
        try
        {
            // TorchSharp's own message hides the cause, which the system's loader names.
            NativeLibrary.Load(Path.Combine(AppContext.BaseDirectory, NativeLibraryName));
        }
        catch (DllNotFoundException error)
        {
            var lines = error.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var cause = lines.FirstOrDefault(line => line.Contains("GLIBCXX", StringComparison.Ordinal)) ?? lines[^1];
            throw new ComputationException($"libtorch does not load on this system: {cause}\n"
                + "It needs the C++ library of Debian trixie or newer (GLIBCXX_3.4.32). In a trixie root, which this makes, it loads:\n"
                + "  tests/lanes/trixie.sh -- dotnet run -c Release --project tests/GpuQuant.Benchmarks -- peers");
        }
        torch.set_num_threads(threads);
        torch.set_num_interop_threads(1);
    }
}
