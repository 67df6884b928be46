using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>What the integers of a layer's output mean, and which of them can occur: value = (q - zero point) * scale.</summary>
/// <param name="Scale">The step between neighbouring integers.</param>
/// <param name="ZeroPoint">The integer that stands for 0.</param>
/// <param name="Least">The least integer; a fused relu raises it to the zero point.</param>
/// <param name="Greatest">The greatest integer.</param>
public readonly record struct IntegerMeaning(float Scale, int ZeroPoint, int Least, int Greatest)
{
    private static readonly IntegerMeaning Probability = new(1 / 256f, 0, byte.MinValue, byte.MaxValue);

    /// <summary>The value of the least integer.</summary>
    public float Low => ValueOf(Least);

    /// <summary>The value of the greatest integer.</summary>
    public float High => ValueOf(Greatest);

    /// <summary>The bits that hold these integers: 8 for -128 to 127 and for a relu's -128 to 127 alike, 4 for -8 to 7.</summary>
    public int Bits => BitsOf(Math.Max(-Least - 1, Greatest));

    /// <summary>The value that an integer stands for.</summary>
    public float ValueOf(int integer) => (integer - ZeroPoint) * Scale;

    /// <summary>The bits of signed integers up to a size: 8 for 127, 4 for 7, 2 for 1.</summary>
    public static int BitsOf(int greatest) => greatest < 1 ? 2 : Math.ILogB(greatest) + 2;

    /// <summary>The meaning of every integer output of a graph, by layer; float layers have none.</summary>
    /// <exception cref="UsageException">A layer has integers whose meaning is not known.</exception>
    public static IReadOnlyDictionary<Node, IntegerMeaning> Of(Graph graph)
    {
        var meanings = new Dictionary<Node, IntegerMeaning>();
        foreach (var node in graph.Nodes.Where(node => node.Op is not InputOp && node.Output.Type != DType.Float32))
            meanings[node] = node.Op switch
            {
                QuantizeOp op => new(op.Scale, op.ZeroPoint, -(1 << (op.Bits - 1)), (1 << (op.Bits - 1)) - 1),
                IntConv2DOp op => Of(op.Output),
                IntDenseOp op => Of(op.Output),
                IntScaleOp op => Of(op.Output),
                IntAddOp op => new(op.OutputScale, op.Factors.OutputZeroPoint, op.Factors.Minimum, op.Factors.Maximum),
                IntSoftmaxOp or IntSigmoidOp => Probability,
                IntEmbeddingOp op => Bytes(op.Scale, op.ZeroPoint),
                IntRecurrentOp op => Bytes(op.OutputScale, op.State.ZeroPoint),
                ConcatOp when node.Inputs.All(meanings.ContainsKey) => Union([.. node.Inputs.Select(part => meanings[part])]),
                IntPool2DOp or FlattenOp when meanings.TryGetValue(node.Inputs[0], out var input) => input,
                _ => throw new UsageException($"It is not known what the integers of layer '{node.Name}' ({node.Op.Kind}) mean."),
            };
        return meanings;
    }

    /// <summary>Of parts side by side, which have one scale and zero point.</summary>
    private static IntegerMeaning Union(IntegerMeaning[] parts) => parts[0] with
    {
        Least = parts.Min(part => part.Least),
        Greatest = parts.Max(part => part.Greatest),
    };

    private static IntegerMeaning Bytes(float scale, int zeroPoint) => new(scale, zeroPoint, sbyte.MinValue, sbyte.MaxValue);

    private static IntegerMeaning Of(IntegerOutput output) =>
        new(output.OutputScale, output.OutputZeroPoint, output.Minimum, output.Maximum);
}
