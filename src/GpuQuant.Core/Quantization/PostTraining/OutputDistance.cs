using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>How far a changed model's answers are from the float model's on the same samples.</summary>
/// <param name="KlDivergence">The mean divergence of its probabilities from the float model's, in nats.</param>
/// <param name="SqnrDb">10 log10 of the float logits' squares over the squared differences, in decibels; infinite if none differs.</param>
/// <param name="Disagreement">The share of samples of another class than the float model's.</param>
/// <param name="Accuracy">The share of samples of the right class.</param>
public sealed record OutputDistance(double KlDivergence, double SqnrDb, double Disagreement, double Accuracy)
{
    private const int Batch = 64;

    /// <summary>The logits of a model on samples: what its softmax takes, or its output if it ends in none.</summary>
    public static float[] Logits(Model model, CalibrationData calibration, IDataset data)
    {
        if (data.Count == 0)
            throw new UsageException($"{calibration.Data.Name} holds no samples to calibrate with.");
        var last = model.Graph.Output.Op is SoftmaxOp ? model.Graph.Output.Inputs[0] : model.Graph.Output;
        using var predictor = new Predictor(
            calibration.Backend, model, calibration.Preprocessing, Math.Min(Batch, data.Count), layer: last.Name);
        return predictor.Run<float>(data);
    }

    /// <summary>The distance between two models' logits.</summary>
    /// <param name="wanted">Samples x classes.</param>
    /// <param name="given">As many.</param>
    /// <param name="data">The samples, for their labels.</param>
    /// <example>Logits (2, 0) and (0, 2), label 0: SQNR 10 log10(4 / 8) = -3.01 dB, disagreement 1, accuracy 0.</example>
    public static OutputDistance Of(ReadOnlySpan<float> wanted, ReadOnlySpan<float> given, IDataset data)
    {
        var classes = wanted.Length / data.Count;
        var (divergence, signal, noise, other, right) = (0.0, 0.0, 0.0, 0, 0);
        for (var i = 0; i < data.Count; i++)
        {
            var x = wanted.Slice(i * classes, classes);
            var y = given.Slice(i * classes, classes);
            var (logP, logQ) = (LogProbabilities(x), LogProbabilities(y));
            for (var c = 0; c < classes; c++)
            {
                divergence += PortableMath.Exp(logP[c]) * (logP[c] - logQ[c]);
                signal += (double)x[c] * x[c];
                noise += ((double)x[c] - y[c]) * ((double)x[c] - y[c]);
            }
            var answer = Scores.FirstMaximum(y);
            other += answer == Scores.FirstMaximum(x) ? 0 : 1;
            right += answer == data.Label(i) ? 1 : 0;
        }
        var sqnr = noise == 0 ? double.PositiveInfinity : 10 * (PortableMath.Log(signal / noise) / PortableMath.Log(10));
        return new(divergence / data.Count, sqnr, (double)other / data.Count, (double)right / data.Count);
    }

    private static double[] LogProbabilities(ReadOnlySpan<float> logits)
    {
        var (greatest, sum, result) = (float.NegativeInfinity, 0.0, new double[logits.Length]);
        foreach (var logit in logits)
            greatest = Math.Max(greatest, logit);
        foreach (var logit in logits)
            sum += PortableMath.Exp((double)logit - greatest);
        for (var c = 0; c < result.Length; c++)
            result[c] = (double)logits[c] - greatest - PortableMath.Log(sum);
        return result;
    }
}
