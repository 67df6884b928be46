namespace GpuQuant.Quantization.Parts;

/// <summary>The kinds of range rules.</summary>
public enum RangeKind
{
    /// <summary>Least to greatest value.</summary>
    MinMax,

    /// <summary>Quantiles.</summary>
    Percentile,

    /// <summary>Least mean squared error.</summary>
    Mse,

    /// <summary>Least divergence.</summary>
    Kl,

    /// <summary>Averaged over batches.</summary>
    MovingAverage,

    /// <summary>Given.</summary>
    Fixed,
}
