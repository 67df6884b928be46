using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// What recurrent layers share: steps x values in, the state after the last step out, every step taken as it is (no mask over padding).
/// Parameters, gates one after another: <c>kernel</c> (gates x units, in), <c>recurrent</c> (gates x units, units), <c>bias</c>. The
/// inputs' part of all gates is one product over all steps, and so is the gradient of each gate's weights.
/// </summary>
/// <param name="Units">The length of a state.</param>
/// <param name="RecurrentDropout">
/// The share of a state's values that a gate does not see in training, from 0 to below 1. As in Keras, each gate has a mask of its own, and
/// a sequence keeps its masks through all steps.
/// </param>
public abstract record RecurrentOp(int Units, float RecurrentDropout) : Op
{
    /// <summary>The name of the states before each step, batch x steps x units.</summary>
    public const string States = "states";

    private const int MostGates = 4;

    /// <summary>The number of gates.</summary>
    [JsonIgnore]
    public abstract int GateCount { get; }

    /// <summary>The names of what goes from step to step.</summary>
    [JsonIgnore]
    public virtual IReadOnlyList<string> StepNames => [States];

    /// <summary>How the bias begins.</summary>
    private protected abstract Initializer BiasInitializer { get; }

    /// <summary>Tells the draws of this kind of layer from those of the other kinds.</summary>
    private protected abstract int Family { get; }

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        if (Units < 1 || RecurrentDropout is not (>= 0 and < 1))
            throw new UsageException($"takes at least one unit and a recurrent dropout from 0 to below 1, got {Units} and {RecurrentDropout}");
        Expect(inputs, DType.Float32, 2);
        return new(DType.Float32, new Shape(Units));
    }

    /// <inheritdoc/>
    public override IReadOnlyList<ParameterSpec> Parameters(IReadOnlyList<TensorType> inputs) =>
    [
        new("kernel", DType.Float32, new Shape(GateCount * Units, inputs[0].Shape[1]), Initializer.GlorotUniform),
        new("recurrent", DType.Float32, new Shape(GateCount * Units, Units), Initializer.Orthogonal),
        new("bias", DType.Float32, new Shape(GateCount * Units), BiasInitializer),
    ];

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        var (input, width) = (pass.Input(), GateCount * Units);
        var gates = pass.Scratch("gates", DType.Float32, new Shape(pass.Batch, input.Shape[1], width));
        pass.Emit(new GemmCall(Rows(input), pass.Parameter("kernel"), pass.Parameter("bias"), Rows(gates), TransposeB: true));
        pass.Emit(Walk(pass, gates, pass.IsTraining && RecurrentDropout > 0 ? Masks(pass) : null));
    }

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        var (input, gates) = (pass.Input(), pass.Saved("gates"));
        var masks = pass.IsTraining && RecurrentDropout > 0 ? pass.Saved("masks") : null;
        var gradients = pass.Scratch("gate_gradients", DType.Float32, gates.Shape);
        var byGate = pass.Scratch("recurrent_gradients", DType.Float32, new Shape(GateCount, pass.Batch, input.Shape[1], Units));
        pass.Emit(WalkBack(pass, gates, masks, gradients, byGate));
        pass.Emit(new ReduceRowsCall(gradients, pass.ParameterGradient("bias")));
        pass.Emit(new GemmCall(Rows(gradients), Rows(input), null, pass.ParameterGradient("kernel"), TransposeA: true));
        for (var gate = 0; gate < GateCount; gate++)
            EmitRecurrentGradients(pass, gate, masks, Gate(byGate, gate).Reshape(new Shape(pass.Batch * input.Shape[1], Units)));
        if (pass.NeedsInputGradient())
            pass.Emit(new GemmCall(Rows(gradients), pass.Parameter("kernel"), null, Rows(pass.InputGradient())));
    }

    /// <summary>The forward walk; keeps what the way back needs where the pass is one of training.</summary>
    private protected abstract SequenceCall Walk(ForwardPass pass, TensorView gates, TensorView? masks);

    /// <summary>The walk back.</summary>
    private protected abstract SequenceCall WalkBack(
        BackwardPass pass, TensorView gates, TensorView? masks, TensorView gateGradients, TensorView recurrentGradients);

    /// <summary>The gradients of a gate's recurrent weights, from that of what the states contributed to it.</summary>
    private protected virtual void EmitRecurrentGradients(BackwardPass pass, int gate, TensorView? masks, TensorView gradients)
    {
        var states = pass.Saved(States);
        if (masks is not null)
        {
            var masked = pass.Scratch($"masked{gate}", DType.Float32, states.Shape);
            pass.Emit(new ScaleChannelsCall(states, Gate(masks, gate), masked));
            states = masked;
        }
        pass.Emit(new GemmCall(gradients, Rows(states), null,
            pass.ParameterGradient("recurrent").Slice((long)gate * Units * Units, new Shape(Units, Units)), TransposeA: true));
    }

    /// <summary>Memory for one value per unit and step of each sample, where it is kept; else null.</summary>
    private protected TensorView? KeptSteps(ForwardPass pass, string name) => pass.KeepsSteps
        ? pass.Scratch(name, DType.Float32, new Shape(pass.Batch, pass.Input().Shape[1], Units))
        : null;

    private TensorView Masks(ForwardPass pass)
    {
        var masks = pass.Scratch("masks", DType.Float32, new Shape(GateCount, pass.Batch, Units));
        pass.Emit(new FillCall(masks, 1));
        for (var gate = 0; gate < GateCount; gate++)
        {
            var (mask, layer) = (Gate(masks, gate), (2 * pass.Ordinal + Family) * MostGates + gate);
            pass.Emit(new DropoutCall(mask, pass.RandomPosition, mask, layer, RecurrentDropout) { DrawsFor = RandomPurpose.RecurrentDropout });
        }
        return masks;
    }

    /// <summary>A gate's part of a tensor in which the gates come first.</summary>
    private static TensorView Gate(TensorView whole, int gate)
    {
        var shape = new Shape(whole.Shape.Dims[1..]);
        return whole.Slice(gate * shape.Count, shape);
    }

    /// <summary>Samples and steps as rows of one matrix.</summary>
    private static TensorView Rows(TensorView steps) =>
        steps.Reshape(new Shape(steps.Shape[0] * steps.Shape[1], steps.Shape[2]));
}
