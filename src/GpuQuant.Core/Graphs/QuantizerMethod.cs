namespace GpuQuant.Graphs;

/// <summary>How the steps of a fake-quantizer come about, and what its gradients are.</summary>
public enum QuantizerMethod
{
    /// <summary>
    /// From the values: for activations a moving average of batches' least and greatest value, for weights the greatest magnitude
    /// (TensorFlow Model Optimization's 8-bit scheme). The straight-through gradient passes within the range.
    /// </summary>
    Range,

    /// <summary>A learned step (Esser et al. 2020, "Learned step size quantization").</summary>
    Lsq,

    /// <summary>A learned step and, for activations, a learned offset (Bhalgat et al. 2020, "LSQ+").</summary>
    LsqPlus,

    /// <summary>A learned upper end of what a relu gives (Choi et al. 2018, "PACT"); for activations only.</summary>
    Pact,

    /// <summary>
    /// Weights through tanh onto 2^bits values from -1 to 1, activations cut to 0 to 1 (Zhou et al. 2016, "DoReFa-Net").
    /// </summary>
    Dorefa,
}
