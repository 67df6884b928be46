using System.Runtime.InteropServices;
using ILGPU.Runtime.Cuda;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>What the NVIDIA driver of a machine says of itself.</summary>
/// <param name="IsInstalled">Whether its library is there.</param>
/// <param name="Version">The newest CUDA version that it serves; null if it does not answer.</param>
/// <param name="Gpus">All its GPUs, and whether ILGPU can compile for them with this driver.</param>
internal sealed record CudaDriver(bool IsInstalled, string? Version, IReadOnlyList<(string Name, bool IsUsable)> Gpus)
{
    /// <summary>Asks the driver of this machine.</summary>
    public static CudaDriver Ask()
    {
        if (!NativeLibrary.TryLoad(OperatingSystem.IsWindows() ? "nvcuda.dll" : "libcuda.so.1", out _))
            return new(false, null, []);
        var answer = CudaAPI.CurrentAPI.GetDriverVersion(out var version);
        var gpus = CudaDevice.GetDevices(_ => true).OfType<CudaDevice>().Select(gpu => (gpu.Name, gpu.InstructionSet.HasValue));
        return new(true, answer == CudaError.CUDA_SUCCESS ? $"{version.Major}.{version.Minor}" : null, [.. gpus]);
    }

    /// <summary>Why there is no cuda device, as a clause; null if there is one.</summary>
    public string? WhyNone()
    {
        if (Gpus.Any(gpu => gpu.IsUsable))
            return null;
        if (!IsInstalled)
            return "no NVIDIA driver is installed";
        if (Version is null)
            return "the NVIDIA driver does not answer; restart the machine or install the driver anew";
        return Gpus.Count == 0
            ? $"the NVIDIA driver (CUDA {Version}) sees no GPU"
            : $"the NVIDIA driver (CUDA {Version}) is too old for {string.Join(", ", Gpus.Select(gpu => gpu.Name))}; update it";
    }
}
