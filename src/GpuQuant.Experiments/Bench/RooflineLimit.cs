namespace GpuQuant.Experiments;

/// <summary>What keeps a kernel from being faster than its bound.</summary>
public enum RooflineLimit
{
    /// <summary>The multiply-adds take longer than moving the bytes.</summary>
    Compute,
    /// <summary>Moving the bytes takes longer than the multiply-adds.</summary>
    Memory,
}
