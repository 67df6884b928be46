namespace GpuQuant.Backends.Tests.Harness;

/// <summary>
/// A sum of terms that a device may add in any order: n terms make at most n - 1 roundings, each at most one unit of the sum of the
/// absolute terms (Higham, Accuracy and Stability of Numerical Algorithms, section 4.2).
/// </summary>
public struct ApproxSum
{
    private double _value, _magnitude, _error;
    private int _terms;

    /// <summary>One more term.</summary>
    public void Add(Approx term)
    {
        _value += term.Value;
        _magnitude += Math.Abs(term.Value) + term.Error;
        _error += term.Error;
        _terms++;
    }

    /// <summary>The sum so far. The factor 1.01 covers the products of roundings.</summary>
    public readonly Approx Total => new(_value, _error + 1.01 * Math.Max(0, _terms - 1) / (1 << 24) * _magnitude);
}
