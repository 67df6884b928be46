using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>How far a layer's output with other weights and inputs is from the float model's.</summary>
internal sealed class LayerReconstruction
{
    private const int Chunk = 512;
    private readonly Tensor _bias;
    private readonly LayerInputs _given;
    private readonly bool _isRectified;
    private readonly int _channels, _workers;
    private readonly float[] _wanted;

    /// <summary>Computes the float model's outputs once.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="kernel">Its float weights.</param>
    /// <param name="bias">Its bias, the same in both models.</param>
    /// <param name="exact">Its inputs in the float model.</param>
    /// <param name="given">Its inputs in the quantized model.</param>
    /// <param name="isRectified">Whether outputs are compared behind a relu.</param>
    /// <param name="workers">Threads; results do not depend on them.</param>
    public LayerReconstruction(
        Node layer, Tensor kernel, Tensor bias, LayerInputs exact, LayerInputs given, bool isRectified, int workers = 1)
    {
        (_bias, _given, _isRectified, _channels, _workers) = (bias, given, isRectified, layer.Output.Shape[^1], workers);
        _wanted = new float[checked(exact.Count * _channels)];
        var (weights, columns) = (Transposed(kernel, 0.._channels), RowProducts.Padded(_channels));
        ForChunks((chunk, first, rows) =>
        {
            var outputs = Outputs(exact, first, rows, weights, columns);
            for (var row = 0; row < rows; row++)
                outputs.AsSpan(row * columns, _channels).CopyTo(_wanted.AsSpan((first + row) * _channels));
        });
    }

    /// <summary>The rows of the layer's inputs.</summary>
    public int Rows => _given.Count;

    /// <summary>Values per row.</summary>
    public int Length => _given.Length;

    /// <summary>The gradient, in some channels' weights, of the squared errors' sum over channels and mean over some rows.</summary>
    /// <param name="weights">Length x padded channels, as <see cref="Transposed"/> gives them.</param>
    /// <param name="channels">Which channels they are.</param>
    /// <param name="inputs">The rows' values, one after the other.</param>
    /// <param name="rows">The rows' numbers.</param>
    /// <param name="gradient">As large as the weights.</param>
    public void Gradient(ReadOnlySpan<float> weights, Range channels, ReadOnlySpan<float> inputs, ReadOnlySpan<int> rows,
        Span<float> gradient)
    {
        var (first, count) = channels.GetOffsetAndLength(_channels);
        var columns = RowProducts.Padded(count);
        var errors = new float[rows.Length * columns];
        Fill(errors, columns, first, count);
        RowProducts.Add(inputs, (Length, 1), Length, weights, columns, errors);
        for (var row = 0; row < rows.Length; row++)
            for (var c = 0; c < columns; c++)
            {
                ref var error = ref errors[row * columns + c];
                error = c < count ? Slope(error, _wanted[rows[row] * _channels + first + c]) * (2f / rows.Length) : 0;
            }
        gradient.Clear();
        RowProducts.Add(inputs, (1, Length), rows.Length, errors, columns, gradient);
    }

    /// <summary>Copies rows of the layer's inputs, one after the other.</summary>
    public void Read(ReadOnlySpan<int> rows, Span<float> inputs)
    {
        for (var row = 0; row < rows.Length; row++)
            _given.Read(rows[row], inputs.Slice(row * Length, Length));
    }

    /// <summary>The squared errors' sum over channels and mean over all rows.</summary>
    public double Error(Tensor kernel)
    {
        var (weights, columns) = (Transposed(kernel, 0.._channels), RowProducts.Padded(_channels));
        var sums = new double[(Rows + Chunk - 1) / Chunk];
        ForChunks((chunk, first, rows) =>
        {
            var outputs = Outputs(_given, first, rows, weights, columns);
            for (var row = 0; row < rows; row++)
                for (var c = 0; c < _channels; c++)
                {
                    var difference = Difference(outputs[row * columns + c], _wanted[(first + row) * _channels + c]);
                    sums[chunk] += (double)difference * difference;
                }
        });
        return sums.Sum() / Rows;
    }

    /// <summary>Some channels' weights as columns, then zeros up to a multiple of <see cref="RowProducts.Lanes"/>.</summary>
    public static float[] Transposed(Tensor kernel, Range channels)
    {
        var (first, count) = channels.GetOffsetAndLength(kernel.Shape[0]);
        var (length, columns) = ((int)(kernel.Shape.Count / kernel.Shape[0]), RowProducts.Padded(count));
        var turned = new float[length * columns];
        for (var c = 0; c < count; c++)
            for (var k = 0; k < length; k++)
                turned[k * columns + c] = kernel.Span<float>()[(first + c) * length + k];
        return turned;
    }

    private float[] Outputs(LayerInputs inputs, int first, int rows, float[] weights, int columns)
    {
        var (x, outputs) = (new float[rows * inputs.Length], new float[rows * columns]);
        for (var row = 0; row < rows; row++)
            inputs.Read(first + row, x.AsSpan(row * inputs.Length, inputs.Length));
        Fill(outputs, columns, 0, _channels);
        RowProducts.Add(x, (inputs.Length, 1), inputs.Length, weights, columns, outputs);
        return outputs;
    }

    private void Fill(Span<float> outputs, int columns, int first, int count)
    {
        for (var row = 0; row < outputs.Length / columns; row++)
            _bias.Span<float>().Slice(first, count).CopyTo(outputs[(row * columns)..]);
    }

    private float Difference(float output, float wanted) =>
        _isRectified ? Math.Max(0, output) - Math.Max(0, wanted) : output - wanted;

    /// <summary>The difference, but 0 where the relu stops the gradient.</summary>
    private float Slope(float output, float wanted) => _isRectified && output <= 0 ? 0 : Difference(output, wanted);

    private void ForChunks(Action<int, int, int> work) => Parallel.For(0, (_given.Count + Chunk - 1) / Chunk,
        new ParallelOptions { MaxDegreeOfParallelism = _workers },
        chunk => work(chunk, chunk * Chunk, Math.Min(Chunk, _given.Count - chunk * Chunk)));
}
