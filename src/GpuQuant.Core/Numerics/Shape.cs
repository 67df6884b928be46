using System.Collections;
using System.Globalization;

namespace GpuQuant.Numerics;

/// <summary>
/// The sizes of a tensor's dimensions, outermost first; images are height, width, channels (channels last). Compared by value.
/// </summary>
/// <example><c>new Shape(28, 28, 1)</c> has <see cref="Rank"/> 3, <see cref="Count"/> 784 and prints as <c>28x28x1</c>.</example>
public sealed class Shape : IEquatable<Shape>, IReadOnlyList<int>
{
    private readonly int[] _dims;

    /// <summary>Makes a shape. No dimensions is a scalar, with one element.</summary>
    /// <exception cref="UsageException">A dimension is below 1.</exception>
    public Shape(params ReadOnlySpan<int> dims)
    {
        _dims = dims.ToArray();
        foreach (var d in _dims)
            if (d < 1)
                throw new UsageException($"Shape {this} has a dimension of {d}; every dimension must be at least 1.");
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank => _dims.Length;

    /// <summary>The number of elements, the product of all dimensions.</summary>
    public long Count
    {
        get
        {
            long count = 1;
            foreach (var d in _dims)
                count = checked(count * d);
            return count;
        }
    }

    /// <summary>One dimension; negative indices count from the end through <c>shape[^1]</c>.</summary>
    public int this[int index] => _dims[index];

    int IReadOnlyCollection<int>.Count => _dims.Length;

    /// <summary>The number of dimensions, for <c>shape[^1]</c>.</summary>
    public int Length => _dims.Length;

    /// <summary>All dimensions.</summary>
    public ReadOnlySpan<int> Dims => _dims;

    /// <summary>This shape with one more dimension in front, as a batch of samples has.</summary>
    public Shape Prepend(int dim) => new([dim, .. _dims]);

    /// <inheritdoc/>
    public bool Equals(Shape? other) => other is not null && _dims.AsSpan().SequenceEqual(other._dims);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Shape);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var d in _dims)
            hash.Add(d);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)_dims).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _dims.GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() =>
        Rank == 0 ? "scalar" : string.Join('x', _dims.Select(d => d.ToString(CultureInfo.InvariantCulture)));
}
