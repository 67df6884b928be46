using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>A fully connected layer, y = activation(W x + b). Parameters: <c>kernel</c> (out, in), <c>bias</c>.</summary>
/// <param name="Units">Outputs.</param>
/// <param name="Activation">Applied to the output.</param>
public sealed record DenseOp(int Units, Activation Activation = Activation.None) : Op, IFusesActivation
{
    /// <summary>How the kernel's first values are drawn. Not stored with a model, which has values.</summary>
    [JsonIgnore]
    public Initializer Initializer { get; init; } = Initializer.GlorotUniform;

    /// <summary>The kernel's L2 factor (<see cref="ParameterSpec"/>).</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public float L2 { get; init; }

    /// <summary>How the weights are fake-quantized; null leaves them alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public WeightQuantizer? Weights { get; init; }

    /// <inheritdoc/>
    protected internal override string Stem => "dense";

    /// <inheritdoc/>
    public Op WithActivation(Activation activation) => this with { Activation = activation };

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        Weights?.Check();
        Expect(inputs, DType.Float32, 1);
        return new(DType.Float32, new Shape(Units));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
    [
        new("kernel", DType.Float32, new Shape(Units, inputs[0].Shape[0]), Initializer, L2: L2),
        new("bias", DType.Float32, new Shape(Units), Initializer.Constant(0)),
        .. KernelQuantizer.Parameters(Weights, new Shape(Units, inputs[0].Shape[0])),
    ];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => pass.Emit(new GemmCall(
        pass.Input(), KernelQuantizer.Emit(pass, Weights), pass.Parameter("bias"), pass.Output, TransposeB: true,
        Activation: Activation));

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        var gradient = ActivationGradient.Emit(pass, Activation);
        pass.Emit(new ReduceRowsCall(gradient, pass.ParameterGradient("bias")));
        pass.Emit(new GemmCall(gradient, pass.Input(), null, pass.ParameterGradient("kernel"), TransposeA: true));
        KernelQuantizer.EmitBackward(pass, Weights);
        if (pass.NeedsInputGradient())
            pass.Emit(new GemmCall(gradient, KernelQuantizer.Used(pass, Weights), null, pass.InputGradient()));
    }
}
