namespace GpuQuant.Experiments;

/// <summary>What the data say of a statement.</summary>
public enum Verdict
{
    /// <summary>It holds, and its interval lies on its side.</summary>
    Confirmed,
    /// <summary>Its interval lies on the other side.</summary>
    NotConfirmed,
    /// <summary>The interval holds both, or there are fewer than three seeds.</summary>
    NotDecidable,
}
