namespace GpuQuant.Quantization.PostTraining;

/// <summary>What a budget counts.</summary>
public enum BitCost
{
    /// <summary>Bits of weights.</summary>
    Size,

    /// <summary>Multiply-accumulates of one sample, each times the bits of its weight and the 8 of its activation.</summary>
    BitOperations,
}
