namespace GpuQuant.Backends;

/// <summary>
/// A fake-quantizer that a call applies to its own output in training, with a range that follows the batches
/// (<see cref="RangeUpdateCall"/>, <see cref="FakeQuantizeForwardCall"/>).
/// </summary>
/// <param name="Range">[2]: the moving range.</param>
/// <param name="Scale">[1]: the forward pass writes it, the backward pass reads it.</param>
/// <param name="ZeroPoint">[1], int32: likewise.</param>
/// <param name="Momentum">How much of the old range a step keeps.</param>
/// <param name="Minimum">The least integer.</param>
/// <param name="Maximum">The greatest integer.</param>
public sealed record OutputQuantization(
    TensorView Range, TensorView Scale, TensorView ZeroPoint, float Momentum, int Minimum, int Maximum);
