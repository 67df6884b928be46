using GpuQuant.Numerics;

namespace GpuQuant.Evaluation;

/// <summary>The sums of a <see cref="LayerError"/>: in double, value by value, so that values may come in any parts.</summary>
internal sealed class ErrorSums
{
    private double _exact, _given, _product, _error, _greatest;

    /// <summary>Values seen.</summary>
    public long Count { get; private set; }

    /// <summary>Whether no value was infinite or undefined.</summary>
    public bool IsFinite => double.IsFinite(_exact + _given);

    /// <summary>Adds float values and the deployed ones.</summary>
    public void Add(ReadOnlySpan<float> exact, ReadOnlySpan<float> given)
    {
        for (var i = 0; i < exact.Length; i++)
        {
            double x = exact[i], q = given[i], error = x - q;
            _exact += x * x;
            _given += q * q;
            _product += x * q;
            _error += error * error;
            _greatest = Math.Max(_greatest, Math.Abs(error));
        }
        Count += exact.Length;
    }

    /// <summary>The error of all values seen.</summary>
    public LayerError Result() => new(_error / Count, Decibels(), Cosine(), _greatest);

    private double Decibels() => _error == 0 ? double.PositiveInfinity
        : _exact == 0 ? double.NegativeInfinity
        : 10 * (PortableMath.Log(_exact) - PortableMath.Log(_error)) / PortableMath.Log(10);

    private double Cosine() => _exact == 0 || _given == 0
        ? _exact == _given ? 1 : 0
        : _product / Math.Sqrt(_exact * _given);
}
