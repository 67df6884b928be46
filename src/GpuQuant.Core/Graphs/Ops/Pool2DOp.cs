using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>Pooling over square windows.</summary>
/// <param name="Pooling">Maximum or average.</param>
/// <param name="Size">Rows and columns of the window.</param>
/// <param name="Stride">Pixels between windows.</param>
/// <param name="Padding">How the border is treated.</param>
public sealed record Pool2DOp(PoolKind Pooling, int Size, int Stride, Padding Padding) : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "pool";

    /// <summary>How the window slides over images of that shape.</summary>
    public Window2D Window(Shape image) => Windows.Of(Padding, image, Size, Stride);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        var image = Expect(inputs, DType.Float32, 3);
        var window = Window(image);
        return new(DType.Float32, new Shape(window.OutHeight, window.OutWidth, image[2]));
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) =>
        pass.Emit(new Pool2DForwardCall(Pooling, pass.Input(), pass.Output, Window(pass.Node.Inputs[0].Output.Shape)));

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass) => pass.Emit(new Pool2DBackwardCall(
        Pooling, pass.Input(), pass.Output, pass.OutputGradient, pass.InputGradient(), Window(pass.Node.Inputs[0].Output.Shape)));
}
