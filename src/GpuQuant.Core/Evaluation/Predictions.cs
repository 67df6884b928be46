using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Evaluation;

/// <summary>A model's answers on a test set.</summary>
/// <param name="Classes">The predicted class of each input, the first greatest score.</param>
/// <param name="Ties">Whether the greatest score stands more than once.</param>
/// <param name="Probabilities">Inputs x classes.</param>
public sealed record Predictions(int[] Classes, bool[] Ties, float[] Probabilities)
{
    /// <summary>Runs a model over a test set.</summary>
    public static Predictions Of(Backend backend, Model model, Preprocessing preprocessing, IDataset data,
        Arithmetic arithmetic = Arithmetic.Native)
    {
        using var predictor = new Predictor(backend, model, preprocessing, arithmetic: arithmetic);
        return Of(predictor, data);
    }

    /// <summary>Runs a compiled model over a test set; uint8 scores are probabilities of scale 1/256.</summary>
    /// <exception cref="UsageException">The data set has other samples or classes than the model.</exception>
    public static Predictions Of(Predictor predictor, IDataset data)
    {
        var known = predictor.Program.Output.Count / predictor.Program.Batch;
        if (known != data.Classes)
            throw new UsageException($"The model knows {known} classes; {data.Name} has {data.Classes}.");
        var probabilities = predictor.Program.Output.Type switch
        {
            DType.Float32 => predictor.Run<float>(data),
            DType.UInt8 => Array.ConvertAll(predictor.Run<byte>(data), q => q / 256f),
            var type => throw new UsageException($"The model gives {type} scores; probabilities are {DType.Float32} or {DType.UInt8}."),
        };
        var (classes, ties) = (new int[data.Count], new bool[data.Count]);
        for (var i = 0; i < data.Count; i++)
        {
            var scores = probabilities.AsSpan(i * data.Classes, data.Classes);
            classes[i] = Scores.FirstMaximum(scores);
            ties[i] = scores.Count(scores[classes[i]]) > 1;
        }
        return new(classes, ties, probabilities);
    }
}
