using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>A model's answers beside those of its export in ONNX Runtime.</summary>
/// <param name="Samples">How many samples both answered.</param>
/// <param name="DifferentClasses">On how many of them the classes differ.</param>
/// <param name="LargestDifference">The largest difference of two probabilities.</param>
public sealed record OnnxComparison(int Samples, int DifferentClasses, float LargestDifference)
{
    /// <summary>Runs both over a data set.</summary>
    /// <param name="backend">The device for the model.</param>
    /// <param name="saved">The model.</param>
    /// <param name="content">The content of the ONNX file that was made of it.</param>
    /// <param name="data">The samples.</param>
    /// <exception cref="ComputationException">ONNX Runtime cannot run the net; says why.</exception>
    public static OnnxComparison Of(Backend backend, SavedModel saved, byte[] content, IDataset data)
    {
        var expected = Predictions.Of(backend, saved.Model, saved.Preprocessing, data);
        using var runner = new OnnxRunner(content);
        var actual = runner.Run(data, saved.Preprocessing);
        var (different, largest) = (0, 0f);
        for (var i = 0; i < data.Count; i++)
        {
            var ours = Row(expected.Probabilities, i, data.Classes);
            var theirs = Row(actual, i, data.Classes);
            different += Scores.FirstMaximum(theirs) == expected.Classes[i] ? 0 : 1;
            for (var c = 0; c < data.Classes; c++)
                largest = Math.Max(largest, Math.Abs(ours[c] - theirs[c])); // Math.Max keeps what is no number
        }
        return new(data.Count, different, largest);
    }

    private static ReadOnlySpan<float> Row(float[] values, int sample, int classes) => values.AsSpan(sample * classes, classes);
}
