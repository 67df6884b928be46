using GpuQuant.Backends;
using GpuQuant.Formulas;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization;

/// <summary>
/// The pass that folds batch normalizations into the convolutions before them for training (<see cref="FoldedConv2DOp"/>), and the way
/// back to plain convolutions with the very weights that the folded net computes with.
/// </summary>
public static class FoldedConvolutions
{
    /// <summary>
    /// The model with every batch normalization folded that follows a convolution alone in using it. It keeps the convolution's name and
    /// trains the parameters of both.
    /// </summary>
    public static Model Insert(Model model)
    {
        model = ConvolutionBiases.Add(model);
        var parameters = model.Parameters.ToDictionary(p => p.Key, p => p.Value);
        var graph = GraphRewriter.Rewrite(model.Graph, (node, inputs, builder) =>
        {
            if (node.Op is not BatchNormOp norm || model.Graph.Consumers[node.Inputs[0]] != 1
                || inputs[0].Op is not Conv2DOp { Activation: Activation.None } convolution)
                return null;
            foreach (var spec in node.Parameters)
                parameters[$"{inputs[0].Name}/{spec.Name}"] = model.Parameters[node.FullName(spec)];
            return builder.Replace(inputs[0], new FoldedConv2DOp(convolution, norm));
        });
        return Of(graph, parameters);
    }

    /// <summary>The model with plain convolutions in the place of folded ones, for evaluation and deployment; others stay as they are.</summary>
    public static Model Remove(Model model)
    {
        if (model.Graph.Nodes.All(node => node.Op is not FoldedConv2DOp))
            return model;
        var parameters = model.Parameters.ToDictionary(p => p.Key, p => p.Value);
        var graph = GraphRewriter.Rewrite(model.Graph, (node, inputs, builder) =>
        {
            if (node.Op is not FoldedConv2DOp folded)
                return null;
            (parameters[$"{node.Name}/kernel"], parameters[$"{node.Name}/bias"]) = Fold(model.Parameters, node.Name, folded.Norm.Epsilon);
            return builder.Add(folded.Convolution.WithActivation(folded.Activation), inputs, node.Name);
        });
        return Of(graph, parameters);
    }

    /// <summary>By the formulas of <see cref="BatchNormFoldCall"/>, in float32: the weights are the same to the bit.</summary>
    private static (Tensor Kernel, Tensor Bias) Fold(ParameterSet parameters, string layer, float epsilon)
    {
        var (kernel, bias) = (parameters[$"{layer}/kernel"].Clone(), parameters[$"{layer}/bias"].Clone());
        var length = (int)(kernel.Shape.Count / bias.Shape.Count);
        for (var c = 0; c < bias.Shape.Count; c++)
        {
            var scale = BatchNormFormula.Scale(Value("gamma", c), BatchNormFormula.Inverse(Value("variance", c), epsilon));
            foreach (ref var weight in kernel.Span<float>().Slice(c * length, length))
                weight *= scale;
            bias.Span<float>()[c] = BatchNormFormula.FoldedBias(Value("bias", c), Value("beta", c), Value("mean", c), scale);
        }
        return (kernel, bias);

        float Value(string name, int channel) => parameters[$"{layer}/{name}"].Span<float>()[channel];
    }

    private static Model Of(Graph graph, Dictionary<string, Tensor> parameters) =>
        new(graph, new ParameterSet(graph.Parameters.Select(p => KeyValuePair.Create(p.Name, parameters[p.Name]))));
}
