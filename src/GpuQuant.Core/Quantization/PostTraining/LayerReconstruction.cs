using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>How far a layer's output with other weights and inputs is from the float model's.</summary>
/// <param name="layer">The layer.</param>
/// <param name="kernel">Its float weights.</param>
/// <param name="bias">Its bias, the same in both models.</param>
/// <param name="exact">Its inputs in the float model.</param>
/// <param name="given">Its inputs in the quantized model.</param>
/// <param name="isRectified">Whether outputs are compared behind a relu.</param>
internal sealed class LayerReconstruction(
    Node layer, Tensor kernel, Tensor bias, LayerInputs exact, LayerInputs given, bool isRectified)
{
    private readonly int _channels = layer.Output.Shape[^1];
    private readonly float[] _kernel = Transposed(kernel);

    /// <summary>The rows of the layer's inputs.</summary>
    public int Rows => given.Count;

    /// <summary>
    /// The gradient, in the weights, of the squared errors' sum over channels and mean over some rows.
    /// </summary>
    public float[] Gradient(Tensor weights, ReadOnlySpan<int> rows)
    {
        var (transposed, gradient) = (Transposed(weights), new float[kernel.Shape.Count]);
        var (x, error) = (new float[given.Length], new float[_channels]);
        foreach (var row in rows)
        {
            Difference(transposed, row, x, error, out _);
            foreach (ref var value in error.AsSpan())
                value *= 2f / rows.Length;
            for (var k = 0; k < x.Length; k++)
                if (x[k] != 0)
                    RowSums.AddScaled(x[k], error, gradient.AsSpan(k * _channels, _channels));
        }
        return Turned(gradient, _channels, given.Length);
    }

    /// <summary>The squared errors' sum over channels and mean over all rows.</summary>
    public double Error(Tensor weights)
    {
        var (transposed, x, error) = (Transposed(weights), new float[given.Length], new float[_channels]);
        var sum = 0.0;
        for (var row = 0; row < Rows; row++)
        {
            Difference(transposed, row, x, error, out var squares);
            sum += squares;
        }
        return sum / Rows;
    }

    /// <summary>One row's errors, 0 where the relu stops their gradient, and their squares' sum.</summary>
    private void Difference(float[] transposed, int row, float[] x, float[] error, out double squares)
    {
        var (wanted, output) = (new float[_channels], new float[_channels]);
        exact.Read(row, x);
        Multiply(_kernel, x, wanted);
        given.Read(row, x);
        Multiply(transposed, x, output);
        squares = 0;
        for (var c = 0; c < _channels; c++)
        {
            var isStopped = isRectified && output[c] <= 0;
            var difference = isRectified ? Math.Max(0, output[c]) - Math.Max(0, wanted[c]) : output[c] - wanted[c];
            squares += (double)difference * difference;
            error[c] = isStopped ? 0 : difference;
        }
    }

    private void Multiply(float[] transposed, float[] x, float[] output)
    {
        bias.Span<float>().CopyTo(output);
        for (var k = 0; k < x.Length; k++)
            if (x[k] != 0)
                RowSums.AddScaled(x[k], transposed.AsSpan(k * _channels, _channels), output);
    }

    private static float[] Transposed(Tensor weights) =>
        Turned(weights.Span<float>(), (int)(weights.Shape.Count / weights.Shape[0]), weights.Shape[0]);

    /// <summary>The transpose of a matrix of so many columns.</summary>
    private static float[] Turned(ReadOnlySpan<float> values, int columns, int rows)
    {
        var turned = new float[values.Length];
        for (var i = 0; i < values.Length; i++)
            turned[i % columns * rows + i / columns] = values[i];
        return turned;
    }
}
