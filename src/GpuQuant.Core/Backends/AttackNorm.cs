namespace GpuQuant.Backends;

/// <summary>How the size of a change to a sample is measured.</summary>
public enum AttackNorm
{
    /// <summary>By the element that changes most.</summary>
    LInfinity,
    /// <summary>By the root of the sum of all squared changes.</summary>
    L2,
}
