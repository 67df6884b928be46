using System.Text.Json.Serialization;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Dropout (Srivastava et al. 2014) in its inverted form: in training, each element is 0 with probability <c>rate</c> and divided by
/// 1 - rate otherwise; in evaluation nothing happens. What is dropped is a function of seed, epoch, sample, layer and element
/// (<see cref="DropoutCall"/>), so nothing is kept for the backward pass.
/// </summary>
/// <param name="Rate">The share of elements that become 0, from 0 to below 1.</param>
public sealed record DropoutOp(float Rate) : Op
{
    /// <summary>
    /// Whether a channel of a sample is dropped at all positions or at none (Keras's spatial dropout). One mask per sample and channel is
    /// then kept for the backward pass.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsSpatial { get; init; }

    /// <inheritdoc/>
    protected internal override string Stem => "dropout";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs) => Rate is >= 0 and < 1
        ? new(DType.Float32, Expect(inputs, DType.Float32))
        : throw new UsageException($"takes a rate from 0 to below 1, got {Rate}");

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass)
    {
        if (pass.IsTraining && Rate > 0 && IsSpatial)
            EmitSpatial(pass);
        else if (pass.IsTraining && Rate > 0)
            pass.Emit(new DropoutCall(pass.Input(), pass.RandomPosition, pass.Output, pass.Ordinal, Rate));
        else
            pass.AliasOutput(pass.Input());
    }

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        if (pass.IsTraining && Rate > 0 && IsSpatial)
            pass.Emit(new ScaleChannelsCall(pass.OutputGradient, pass.Saved("mask"), pass.InputGradient()));
        else if (pass.IsTraining && Rate > 0)
            pass.Emit(new DropoutCall(pass.OutputGradient, pass.RandomPosition, pass.InputGradient(), pass.Ordinal, Rate));
        else
            pass.AliasInputGradient(0, pass.OutputGradient);
    }

    private void EmitSpatial(ForwardPass pass)
    {
        var mask = pass.Scratch("mask", DType.Float32, new Shape(pass.Batch, pass.Input().Shape[^1]));
        pass.Emit(new FillCall(mask, 1));
        pass.Emit(new DropoutCall(mask, pass.RandomPosition, mask, pass.Ordinal, Rate));
        pass.Emit(new ScaleChannelsCall(pass.Input(), mask, pass.Output));
    }
}
