namespace GpuQuant.Quantization.Parts;

/// <summary>The kinds of granularity.</summary>
public enum GranularityKind
{
    /// <summary>One scale.</summary>
    Tensor,

    /// <summary>One per output channel.</summary>
    Channel,

    /// <summary>One per some neighbours.</summary>
    Group,

    /// <summary>One per position.</summary>
    Token,
}
