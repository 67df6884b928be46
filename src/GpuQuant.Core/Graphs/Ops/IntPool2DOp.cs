using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>The integer form of pooling: input and output share scale and zero point. Integers already, its simulation is itself.</summary>
/// <param name="Pooling">Maximum or average.</param>
/// <param name="Size">Rows and columns of the window.</param>
/// <param name="Stride">Pixels between windows.</param>
/// <param name="Padding">How the border is treated.</param>
public sealed record IntPool2DOp(PoolKind Pooling, int Size, int Stride, Padding Padding) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "pool";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var (type, image) = ExpectIntegers(inputs, 3);
        var window = Windows.Of(Padding, image, Size, Stride);
        return new(type, new Shape(window.OutHeight, window.OutWidth, image[2]));
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new IntPool2DCall(
        Pooling, pass.Input(), pass.Output, Windows.Of(Padding, pass.Node.Inputs[0].Output.Shape, Size, Stride)));
}
