namespace GpuQuant.Quantization.Parts;

/// <summary>How a real number becomes a neighbouring integer.</summary>
public enum RoundingRule
{
    /// <summary>To the nearest, halves away from zero, as TFLite: 2.5 becomes 3, -2.5 becomes -3.</summary>
    HalfAway,

    /// <summary>To the nearest, halves to even, as ONNX and PyTorch: 2.5 becomes 2.</summary>
    HalfEven,

    /// <summary>Down: -1.2 becomes -2.</summary>
    Floor,

    /// <summary>Up: 1.2 becomes 2.</summary>
    Ceiling,
}
