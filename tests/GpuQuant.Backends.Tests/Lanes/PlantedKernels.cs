using ILGPU;

namespace GpuQuant.Backends.Tests.Lanes;

/// <summary>Kernels with the faults that the gate is to find, and one without.</summary>
public static class PlantedKernels
{
    /// <summary>Nothing is wrong with it.</summary>
    public static void Sound(Index1D i, ArrayView<float> x, ArrayView<float> y) => y[i] = x[i] * 2;

    /// <summary>An array per thread that is addressed by a value known only at run time: it lies in local memory.</summary>
    public static void WithLocalArray(Index1D i, ArrayView<float> x, ArrayView<float> y)
    {
        var kept = LocalMemory.Allocate<float>(64);
        for (var k = 0; k < 64; k++)
            kept[k] = x[i + k];
        var at = (int)x[i] & 63;
        y[i] = kept[at];
    }

    /// <summary>A kernel with a type parameter.</summary>
    public static void Generic<T>(Index1D i, ArrayView<T> x) where T : unmanaged => x[i] = default;
}
