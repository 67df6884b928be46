namespace GpuQuant.Graphs;

/// <summary>Which integers stand for a fake-quantizer's values.</summary>
public enum QuantizerGrid
{
    /// <summary>
    /// Signed, with a zero point: 8 bits are -128 to 127 and stand for any range that holds 0. Unsigned integers with a zero point give the
    /// same values.
    /// </summary>
    Asymmetric,

    /// <summary>Signed, 0 stands for 0: 4 bits are -8 to 7.</summary>
    Signed,

    /// <summary>From 0 on, which stands for 0: 4 bits are 0 to 15. For values that are never negative.</summary>
    Unsigned,
}
