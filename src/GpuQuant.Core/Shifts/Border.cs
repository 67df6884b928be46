namespace GpuQuant.Shifts;

/// <summary>What a filter sees outside a picture.</summary>
public enum Border
{
    /// <summary>The edge's pixel, again and again.</summary>
    Edge,
    /// <summary>Zeros.</summary>
    Zeros,
    /// <summary>The picture's mirror image, the edge's pixel first.</summary>
    Mirror,
}
