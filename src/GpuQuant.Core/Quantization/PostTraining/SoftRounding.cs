using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// Some output channels' weights between their two neighbouring integers, moved by Adam until each is at one of them: weight =
/// (clamp(floor + h) - zero) step, where h = clip(sigmoid(v) 1.2 - 0.1, 0, 1) is learned through v (the rectified sigmoid of Louizos et
/// al. 2018). Weights stand as columns of channels, as <see cref="LayerReconstruction.Transposed"/> puts them.
/// </summary>
internal sealed class SoftRounding
{
    private const double Stretch = 1.2, Offset = -0.1;
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly Range _channels;
    private readonly int _length, _count, _columns;
    private readonly double _least, _greatest;
    private readonly double[] _floor, _position, _sigmoid, _first, _second;
    private readonly float[] _step;
    private readonly int[] _zero;
    private double _decay1 = 1, _decay2 = 1;

    /// <summary>Starts at the weights themselves.</summary>
    /// <param name="kernel">The float weights.</param>
    /// <param name="nearest">The same, rounded to nearest.</param>
    /// <param name="channels">Which output channels.</param>
    public SoftRounding(Tensor kernel, QuantizedTensor nearest, Range channels)
    {
        (_channels, (var first, _count)) = (channels, channels.GetOffsetAndLength(kernel.Shape[0]));
        (_length, _columns) = ((int)(kernel.Shape.Count / kernel.Shape[0]), RowProducts.Padded(_count));
        (_least, _greatest) = (nearest.Spec.Format.Least, nearest.Spec.Format.Greatest);
        var size = _length * _columns;
        (_floor, _position, _sigmoid) = (new double[size], new double[size], new double[size]);
        (_first, _second, _step, _zero) = (new double[size], new double[size], new float[size], new int[size]);
        foreach (var (group, range) in QuantizedTensor.Groups(kernel.Shape, nearest.Spec.Granularity).Index())
            for (var i = Math.Max(range.Start.Value, first * _length); i < Math.Min(range.End.Value, (first + _count) * _length); i++)
            {
                var at = i % _length * _columns + i / _length - first;
                (_step[at], _zero[at]) = (nearest.Scales[group], nearest.ZeroPoints[group]);
                var exact = kernel.Span<float>()[i] / (double)_step[at] + _zero[at];
                _floor[at] = Math.Floor(exact);
                _sigmoid[at] = (exact - _floor[at] - Offset) / Stretch;
                _position[at] = -PortableMath.Log(1 / _sigmoid[at] - 1);
            }
    }

    /// <summary>Writes the weights as they are now, length x padded channels.</summary>
    public void Weights(Span<float> weights)
    {
        for (var i = 0; i < weights.Length; i++)
            weights[i] = Value(i, Height(_sigmoid[i]));
    }

    /// <summary>Writes the weights at the nearer of their integers into their places in the kernel.</summary>
    public void Round(Tensor kernel)
    {
        var rounded = kernel.Span<float>()[(_channels.Start.Value * _length)..];
        for (var c = 0; c < _count; c++)
            for (var k = 0; k < _length; k++)
                rounded[c * _length + k] = Value(k * _columns + c, Height(_sigmoid[k * _columns + c]) >= 0.5 ? 1 : 0);
    }

    /// <summary>A step of Adam.</summary>
    /// <param name="gradient">Of the loss in the weights.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="regularization">The factor of the sum of 1 - |2h - 1|^exponent, which the step adds to the loss.</param>
    /// <param name="exponent">The exponent.</param>
    public void Step(ReadOnlySpan<float> gradient, double rate, double regularization, double exponent)
    {
        (_decay1, _decay2) = (_decay1 * Beta1, _decay2 * Beta2);
        var (unbias1, unbias2) = (1 - _decay1, 1 - _decay2);
        for (var i = 0; i < gradient.Length; i++)
        {
            if (_step[i] == 0) // a padding channel
                continue;
            var slope = Slope(i, gradient[i], regularization, exponent);
            _first[i] = Beta1 * _first[i] + (1 - Beta1) * slope;
            _second[i] = Beta2 * _second[i] + (1 - Beta2) * slope * slope;
            _position[i] -= rate * (_first[i] / unbias1) / (Math.Sqrt(_second[i] / unbias2) + Epsilon);
            _sigmoid[i] = 1 / (1 + PortableMath.Exp(-_position[i]));
        }
    }

    /// <summary>The derivative of the loss in v.</summary>
    private double Slope(int i, float gradient, double regularization, double exponent)
    {
        var (sigmoid, height) = (_sigmoid[i], Height(_sigmoid[i]));
        if (height is <= 0 or >= 1)
            return 0;
        var number = _floor[i] + height;
        var inHeight = number < _least || number > _greatest ? 0 : gradient * (double)_step[i];
        var centred = 2 * height - 1;
        if (regularization > 0 && centred != 0)
            inHeight -= regularization * exponent * 2 * Math.Sign(centred)
                * PortableMath.Exp((exponent - 1) * PortableMath.Log(Math.Abs(centred)));
        return inHeight * Stretch * sigmoid * (1 - sigmoid);
    }

    private float Value(int i, double height) => (float)(Math.Clamp(_floor[i] + height, _least, _greatest) - _zero[i]) * _step[i];

    private static double Height(double sigmoid) => Math.Clamp(sigmoid * Stretch + Offset, 0, 1);
}
