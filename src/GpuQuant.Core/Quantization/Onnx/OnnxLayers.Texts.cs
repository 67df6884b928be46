using GpuQuant.Graphs;

namespace GpuQuant.Quantization.Onnx;

/// <summary>The layers for texts.</summary>
internal sealed partial class OnnxLayers
{
    // ONNX has an LSTM's gates in the order i, o, f, g; a GRU's in ours.
    private static readonly int[] LstmGates = [0, 3, 1, 2], GruGates = [0, 1, 2];

    private string Embed(Node node, string words) => Add("Gather", node.Name, [Store<float>(node, "table"), words]);

    /// <summary>ONNX takes the steps first, and gives the last states as those of one layer in one direction.</summary>
    private string Recur(Node node, RecurrentOp op, string input)
    {
        var (gates, width) = (op is LstmOp ? LstmGates : GruGates, node.Inputs[0].Output.Shape[1]);
        var steps = Add("Transpose", $"{node.Name}/steps_first", [input], OnnxNodes.Numbers("perm", 1, 0, 2));
        float[] recurrentBias = op is LstmOp ? new float[gates.Length * op.Units] : Values<float>(node, "recurrent_bias");
        var layer = OnnxNodes.Node(op.Kind.ToUpperInvariant(), $"{node.Name}/state",
        [
            steps,
            Store<float>(node, "kernel", InOrder(Values<float>(node, "kernel"), gates), [1, gates.Length * op.Units, width]),
            Store<float>(node, "recurrent", InOrder(Values<float>(node, "recurrent"), gates), [1, gates.Length * op.Units, op.Units]),
            Store<float>(node, "bias", [.. InOrder(Values<float>(node, "bias"), gates), .. InOrder(recurrentBias, gates)],
                [1, 2 * gates.Length * op.Units]),
        ], OnnxNodes.Number("hidden_size", op.Units));
        if (op is GruOp)
            layer.Attribute.Add(OnnxNodes.Number("linear_before_reset", 1));
        layer.Output.Insert(0, ""); // the states of all steps
        _graph.Node.Add(layer);
        return Add("Squeeze", node.Name, [$"{node.Name}/state", Store<long>($"{node.Name}/axes", [0L], [1])]);
    }

    /// <summary>Equal parts of the values in another order.</summary>
    private static float[] InOrder(float[] values, int[] parts)
    {
        var length = values.Length / parts.Length;
        return [.. parts.SelectMany(part => values[(part * length)..((part + 1) * length)])];
    }
}
