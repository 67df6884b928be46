using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// Two or more values side by side along their last dimension, the channels: 4x4x3 and 4x4x5 become 4x4x8. Of float32 values or of
/// integers that share scale and zero point; it copies, so its simulation is itself.
/// </summary>
public sealed record ConcatOp : Op
{
    /// <inheritdoc/>
    protected internal override string Stem => "concat";

    /// <inheritdoc/>
    public override TensorType Infer(IReadOnlyList<TensorType> inputs)
    {
        if (inputs.Count < 2)
            throw new UsageException($"takes two or more inputs, got {inputs.Count}");
        var first = inputs[0];
        if (inputs.FirstOrDefault(input => input.Type != first.Type || !Rows(input).SequenceEqual(Rows(first))) is { } other)
            throw new UsageException($"takes inputs of one type that differ only in the last dimension, got {first} and {other}");
        return new(first.Type, new Shape([.. Rows(first), inputs.Sum(input => input.Shape[^1])]));
    }

    /// <inheritdoc/>
    public override void Forward(ForwardPass pass) => ForEachPart(pass.Node, (index, column, columns) =>
    {
        if (!IsInPlace(pass.Input(index), pass.Output))
            pass.Emit(new CopyColumnsCall(pass.Input(index), 0, pass.Output, column, columns));
    });

    /// <inheritdoc/>
    public override void Backward(BackwardPass pass)
    {
        var gradient = IsInPlace(pass.Input(), pass.Output) ? Shared(pass) : pass.OutputGradient;
        ForEachPart(pass.Node, (index, column, columns) =>
        {
            if (IsInPlace(pass.Input(index), pass.Output))
                pass.AliasInputGradient(index, gradient);
            else if (pass.NeedsInputGradient(index))
                pass.Emit(new CopyColumnsCall(gradient, column, pass.InputGradient(index), 0, columns));
        });
    }

    /// <summary>The gradient of whole rows to which all who took a beginning of them add theirs: the longest one's makes it its own.</summary>
    private static TensorView Shared(BackwardPass pass)
    {
        if (pass.HasGrowingOutput)
            return pass.OutputGradient;
        var shared = pass.Scratch("gradient", DType.Float32, pass.OutputGradient.Shape);
        pass.Emit(new CopyCall(pass.OutputGradient, shared));
        return shared;
    }

    /// <summary>Whether a part is the beginning of the output's rows already.</summary>
    private static bool IsInPlace(TensorView part, TensorView output) => part.Storage == output.Storage;

    private static int[] Rows(TensorType type) => type.Shape.Dims[..^1].ToArray();

    /// <summary>Where each input lies in the output: its index, its first column and its columns.</summary>
    internal static void ForEachPart(Node node, Action<int, int, int> part)
    {
        for (var (index, column) = (0, 0); index < node.Inputs.Count; index++)
        {
            var columns = node.Inputs[index].Output.Shape[^1];
            part(index, column, columns);
            column += columns;
        }
    }
}
