using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Evaluation;

/// <summary>What a deployment's rounding of one layer's weights alone does to a net's last values, all else left float.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Logits">The error of the values before the softmax (of the output, where there is none).</param>
public sealed record WeightSensitivity(string Layer, LayerError Logits)
{
    /// <summary>The sensitivities of all convolutions and dense layers, in the net's order.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="trained">The trained model.</param>
    /// <param name="deployed">The deployed one, whose weights are taken one layer at a time.</param>
    /// <param name="preprocessing">How raw samples become input.</param>
    /// <param name="data">The samples.</param>
    public static IReadOnlyList<WeightSensitivity> Of(
        Backend backend, Model trained, Model deployed, Preprocessing preprocessing, IDataset data)
    {
        var exact = LogitsOf(backend, trained, preprocessing, data);
        return [.. DeployedWeights.Of(trained, deployed).Select(weights =>
            new WeightSensitivity(weights.Layer, Error(exact, LogitsOf(backend, Replaced(weights), preprocessing, data))))];
    }

    private static Model Replaced(DeployedWeights weights) => weights.Float with
    {
        Parameters = weights.Float.Parameters.With(
            [KeyValuePair.Create(weights.Kernel, Tensor.From<float>(weights.Values, weights.Exact.Shape))]),
    };

    private static float[] LogitsOf(Backend backend, Model model, Preprocessing preprocessing, IDataset data)
    {
        var output = model.Graph.Output;
        using var predictor = new Predictor(
            backend, model, preprocessing, layer: output.Op is SoftmaxOp ? output.Inputs[0].Name : output.Name);
        return predictor.Run<float>(data);
    }

    private static LayerError Error(float[] exact, float[] given)
    {
        var sums = new ErrorSums();
        sums.Add(exact, given);
        return sums.Result();
    }
}
