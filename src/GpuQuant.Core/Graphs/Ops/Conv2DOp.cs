using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// A convolution with a square kernel, a bias unless it has none, and, once fused, an activation. Parameters: <c>kernel</c>
/// (out, ky, kx, in), <c>bias</c>.
/// </summary>
/// <param name="Channels">Output channels.</param>
/// <param name="Kernel">Rows and columns of the kernel.</param>
/// <param name="Stride">Pixels between outputs.</param>
/// <param name="Padding">How the border is treated.</param>
/// <param name="Activation">Applied to the output.</param>
public sealed record Conv2DOp(int Channels, int Kernel, int Stride, Padding Padding, Activation Activation = Activation.None)
    : Op, IFusesActivation
{
    /// <inheritdoc/>
    protected internal override string Stem => "conv";

    /// <inheritdoc/>
    public Op WithActivation(Activation activation) => this with { Activation = activation };

    /// <summary>How the kernel's first values are drawn. Not stored with a model, which has values.</summary>
    [JsonIgnore]
    public Initializer Initializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>Whether a bias is added; a net does without where a batch normalization follows.</summary>
    public bool HasBias { get; init; } = true;

    /// <summary>The kernel's L2 factor (<see cref="ParameterSpec"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float L2 { get; init; }

    /// <summary>How the weights are fake-quantized; null leaves them alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public WeightQuantizer? Weights { get; init; }

    /// <summary>How the kernel slides over images of that shape.</summary>
    public Window2D Window(Shape image) => Windows.Of(Padding, image, Kernel, Stride);

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Weights?.Check();
        var window = Window(Expect(inputs, DType.Float32, 3));
        return new(DType.Float32, new Shape(window.OutHeight, window.OutWidth, Channels));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
    [
        new("kernel", DType.Float32, new Shape(Channels, Kernel, Kernel, inputs[0].Shape[2]), Initializer, L2: L2),
        .. HasBias ? [new ParameterSpec("bias", DType.Float32, new Shape(Channels), Initializer.Constant(0))] : Array.Empty<ParameterSpec>(),
        .. KernelQuantizer.Parameters(Weights, new Shape(Channels, Kernel, Kernel, inputs[0].Shape[2])),
    ];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new Conv2DForwardCall(
        pass.Input(), KernelQuantizer.Emit(pass, Weights), HasBias ? pass.Parameter("bias") : null, pass.Output,
        Window(pass.Node.Inputs[0].Output.Shape), Activation));

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        var window = Window(pass.Node.Inputs[0].Output.Shape);
        var gradient = ActivationGradient.Emit(pass, Activation);
        pass.Emit(new Conv2DBackwardWeightsCall(
            pass.Input(), gradient, pass.ParameterGradient("kernel"), window, HasBias ? pass.ParameterGradient("bias") : null));
        KernelQuantizer.EmitBackward(pass, Weights);
        if (pass.NeedsInputGradient())
            pass.Emit(new Conv2DBackwardDataCall(gradient, KernelQuantizer.Used(pass, Weights), pass.InputGradient(), window));
    }
}
