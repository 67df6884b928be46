namespace GpuQuant.Backends.Cpu;

/// <summary>The vector instructions that float and integer kernels are written for.</summary>
public enum VectorSet
{
    /// <summary>AVX-512F and BW: 512-bit vectors, 32 registers.</summary>
    Avx512,
    /// <summary>AVX2 with FMA: 256-bit vectors, 16 registers.</summary>
    Avx2,
    /// <summary>What every processor has: 128-bit vectors, or plain numbers.</summary>
    Portable,
}
