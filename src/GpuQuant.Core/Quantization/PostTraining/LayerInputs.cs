using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// What a layer is given on calibration samples, as the rows that its weights are multiplied with: a sample for a dense layer, a window
/// for a convolution, zeros outside the image. Values within a row stand as an output channel's weights do.
/// </summary>
internal sealed class LayerInputs
{
    private const int Batch = 64;
    private readonly float[] _values;
    private readonly Window2D _window;
    private readonly int _channels;

    private LayerInputs(Node layer, float[] values, int samples)
    {
        var shape = layer.Inputs[0].Output.Shape;
        // A dense layer is a convolution whose window is its whole input.
        _window = layer.Op is Conv2DOp convolution ? convolution.Window(shape) : Window2D.Valid(1, 1, 1, 1);
        (_values, _channels) = (values, shape[^1]);
        Count = checked(samples * _window.OutHeight * _window.OutWidth);
    }

    /// <summary>Rows.</summary>
    public int Count { get; }

    /// <summary>Values per row, as many as weights per output channel.</summary>
    public int Length => _window.KernelArea * _channels;

    /// <summary>Runs the net as far as the layer's input.</summary>
    /// <exception cref="UsageException">There are no samples.</exception>
    public static LayerInputs Of(Model model, Node layer, CalibrationData calibration, int samples)
    {
        var data = Subset.First(calibration.Data, samples);
        if (data.Count == 0)
            throw new UsageException($"{calibration.Data.Name} holds no samples to calibrate with.");
        using var predictor = new Predictor(calibration.Backend, model, calibration.Preprocessing, Math.Min(Batch, data.Count),
            layer: layer.Inputs[0].Name);
        return new(layer, predictor.Run<float>(data), data.Count);
    }

    /// <summary>Copies a row.</summary>
    public void Read(int index, Span<float> row)
    {
        var (sample, pixel) = Math.DivRem(index, _window.OutHeight * _window.OutWidth);
        var (top, left) = (pixel / _window.OutWidth * _window.StrideY - _window.PadTop,
            pixel % _window.OutWidth * _window.StrideX - _window.PadLeft);
        var image = _values.AsSpan(sample * _window.Height * _window.Width * _channels);
        for (var k = 0; k < _window.KernelArea; k++)
        {
            var (y, x) = (top + k / _window.KernelWidth, left + k % _window.KernelWidth);
            var target = row.Slice(k * _channels, _channels);
            if (y >= 0 && y < _window.Height && x >= 0 && x < _window.Width)
                image.Slice((y * _window.Width + x) * _channels, _channels).CopyTo(target);
            else
                target.Clear();
        }
    }

    /// <summary>The mean row.</summary>
    public double[] Mean()
    {
        var (mean, row) = (new double[Length], new float[Length]);
        for (var i = 0; i < Count; i++)
        {
            Read(i, row);
            for (var k = 0; k < row.Length; k++)
                mean[k] += row[k];
        }
        return Array.ConvertAll(mean, sum => sum / Count);
    }
}
