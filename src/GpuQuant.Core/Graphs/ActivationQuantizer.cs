namespace GpuQuant.Graphs;

/// <summary>Fake quantization of activations, from which <see cref="FakeQuantizeOp"/>s are made.</summary>
/// <param name="Bits">2 to 16.</param>
/// <param name="Method">How the step comes about.</param>
/// <param name="IsSymmetric">By range: whether 0 stands for 0. The other methods know themselves.</param>
/// <param name="Momentum">By range: how much of the range a step keeps, 0 to 1.</param>
public sealed record ActivationQuantizer(
    int Bits = 8, QuantizerMethod Method = QuantizerMethod.Range, bool IsSymmetric = false, float Momentum = 0.99f)
{
    /// <summary>PACT: the L2 factor of the learned end, so that it becomes no larger than it has to be.</summary>
    public float ClipL2 { get; init; } = 1e-4f;

    /// <summary>The fake-quantizer behind a layer.</summary>
    /// <param name="isNonNegative">Whether the layer's values are never negative: behind a relu.</param>
    /// <remarks>PACT and DoReFa are defined for what a relu gives; other values keep a moving range of as many bits.</remarks>
    public FakeQuantizeOp Behind(bool isNonNegative)
    {
        var needsRelu = Method is QuantizerMethod.Pact or QuantizerMethod.Dorefa;
        var method = needsRelu && !isNonNegative ? QuantizerMethod.Range : Method;
        var hasZeroPoint = method == QuantizerMethod.LsqPlus || (method == QuantizerMethod.Range && (!IsSymmetric || needsRelu));
        return new FakeQuantizeOp(Bits, Momentum)
        {
            Method = method,
            Grid = hasZeroPoint ? QuantizerGrid.Asymmetric : isNonNegative ? QuantizerGrid.Unsigned : QuantizerGrid.Signed,
            ClipL2 = method == QuantizerMethod.Pact ? ClipL2 : 0,
        };
    }
}
