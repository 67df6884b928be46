using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// Weights between their two neighbouring integers, moved by Adam until each is at one of them: weight = (clamp(floor + h) - zero) step,
/// where h = clip(sigmoid(v) 1.2 - 0.1, 0, 1) is learned through v (the rectified sigmoid of Louizos et al. 2018).
/// </summary>
internal sealed class SoftRounding
{
    private const double Stretch = 1.2, Offset = -0.1;
    private const double Beta1 = 0.9, Beta2 = 0.999, Epsilon = 1e-8;

    private readonly QuantizedTensor _nearest;
    private readonly double[] _floor, _position, _sigmoid, _first, _second;
    private readonly int[] _group;
    private double _decay1 = 1, _decay2 = 1;

    /// <summary>Starts at the weights themselves.</summary>
    /// <param name="kernel">The float weights.</param>
    /// <param name="nearest">The same, rounded to nearest.</param>
    public SoftRounding(Tensor kernel, QuantizedTensor nearest)
    {
        _nearest = nearest;
        var count = (int)kernel.Shape.Count;
        (_floor, _position, _sigmoid) = (new double[count], new double[count], new double[count]);
        (_first, _second, _group) = (new double[count], new double[count], new int[count]);
        foreach (var (group, range) in QuantizedTensor.Groups(kernel.Shape, nearest.Spec.Granularity).Index())
            for (var i = range.Start.Value; i < range.End.Value; i++)
            {
                var exact = kernel.Span<float>()[i] / (double)nearest.Scales[group] + nearest.ZeroPoints[group];
                (_group[i], _floor[i]) = (group, Math.Floor(exact));
                _sigmoid[i] = (exact - _floor[i] - Offset) / Stretch;
                _position[i] = -PortableMath.Log(1 / _sigmoid[i] - 1);
            }
    }

    /// <summary>The weights as they are now.</summary>
    public Tensor Weights() => Values(i => _floor[i] + Height(_sigmoid[i]));

    /// <summary>The weights at the nearer of their integers.</summary>
    public Tensor Rounded() => Values(i => _floor[i] + (Height(_sigmoid[i]) >= 0.5 ? 1 : 0));

    /// <summary>A step of Adam.</summary>
    /// <param name="gradient">Of the loss in the weights.</param>
    /// <param name="rate">The learning rate.</param>
    /// <param name="regularization">The factor of the sum of 1 - |2h - 1|^exponent, which the step adds to the loss.</param>
    /// <param name="exponent">The exponent.</param>
    public void Step(float[] gradient, double rate, double regularization, double exponent)
    {
        (_decay1, _decay2) = (_decay1 * Beta1, _decay2 * Beta2);
        for (var i = 0; i < gradient.Length; i++)
        {
            var slope = Slope(i, gradient[i], regularization, exponent);
            _first[i] = Beta1 * _first[i] + (1 - Beta1) * slope;
            _second[i] = Beta2 * _second[i] + (1 - Beta2) * slope * slope;
            _position[i] -= rate * (_first[i] / (1 - _decay1)) / (Math.Sqrt(_second[i] / (1 - _decay2)) + Epsilon);
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
        var isClamped = number < _nearest.Spec.Format.Least || number > _nearest.Spec.Format.Greatest;
        var inHeight = isClamped ? 0 : gradient * (double)_nearest.Scales[_group[i]];
        var centred = 2 * height - 1;
        if (regularization > 0 && centred != 0)
            inHeight -= regularization * exponent * 2 * Math.Sign(centred)
                * PortableMath.Exp((exponent - 1) * PortableMath.Log(Math.Abs(centred)));
        return inHeight * Stretch * sigmoid * (1 - sigmoid);
    }

    private Tensor Values(Func<int, double> number)
    {
        var values = new Tensor(DType.Float32, _nearest.Shape);
        var format = _nearest.Spec.Format;
        for (var i = 0; i < _floor.Length; i++)
            values.Span<float>()[i] =
                (float)(Math.Clamp(number(i), format.Least, format.Greatest) - _nearest.ZeroPoints[_group[i]]) * _nearest.Scales[_group[i]];
        return values;
    }

    private static double Height(double sigmoid) => Math.Clamp(sigmoid * Stretch + Offset, 0, 1);
}
