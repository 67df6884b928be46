namespace GpuQuant.Backends.Ilgpu;

/// <summary>What a device multiplies int8 numbers with.</summary>
internal enum IntegerUnit
{
    /// <summary>Plain instructions on words of four.</summary>
    Packed,

    /// <summary>NVIDIA's inner product of words of four, from sm_61.</summary>
    Dp4a,

    /// <summary>Tensor cores of sm_75.</summary>
    Turing,

    /// <summary>Tensor cores from sm_80.</summary>
    Ampere,

    /// <summary>Tensor cores made of shuffles, in the simulator.</summary>
    Shuffled,
}
