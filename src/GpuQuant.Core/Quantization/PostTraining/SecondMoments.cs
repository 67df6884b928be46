namespace GpuQuant.Quantization.PostTraining;

/// <summary>The matrix 2 X^T X of a layer's input rows, symmetric and, by what is added to its diagonal, positive definite.</summary>
/// <param name="rows">The matrix; what lies below the diagonal is not used.</param>
internal sealed class SecondMoments(double[][] rows)
{
    /// <summary>Sums over all rows of inputs and adds a share of the mean diagonal to the diagonal (1 if all inputs are 0).</summary>
    public static SecondMoments Of(LayerInputs inputs, double damping)
    {
        var sums = Square(inputs.Length);
        var (values, row) = (new float[inputs.Length], new double[inputs.Length]);
        for (var n = 0; n < inputs.Count; n++)
        {
            inputs.Read(n, values);
            for (var k = 0; k < row.Length; k++)
                row[k] = values[k];
            for (var i = 0; i < row.Length; i++)
                if (row[i] != 0)
                    RowSums.AddScaled(2 * row[i], row.AsSpan(i), sums[i].AsSpan(i));
        }
        var mean = 0.0;
        for (var i = 0; i < sums.Length; i++)
            mean += sums[i][i] / sums.Length;
        for (var i = 0; i < sums.Length; i++)
            sums[i][i] += mean > 0 ? damping * mean : 1;
        return new(sums);
    }

    /// <summary>
    /// The upper triangular U with U^T U the inverse, the Cholesky factor of the inverse: with the matrix as R R^T, R upper triangular,
    /// it is R's inverse, so the inverse itself need not be formed.
    /// </summary>
    public double[][] InverseFactor()
    {
        var root = Root();
        var inverse = Square(root.Length);
        for (var i = root.Length - 1; i >= 0; i--)
        {
            inverse[i][i] = 1 / root[i][i];
            for (var k = i + 1; k < root.Length; k++)
                RowSums.AddScaled(-root[i][k] / root[i][i], inverse[k].AsSpan(k), inverse[i].AsSpan(k));
        }
        return inverse;
    }

    /// <summary>R, from the last column to the first.</summary>
    private double[][] Root()
    {
        var root = Square(rows.Length);
        for (var j = rows.Length - 1; j >= 0; j--)
        {
            root[j][j] = Math.Sqrt(rows[j][j] - Product(root[j], root[j], j + 1));
            for (var i = 0; i < j; i++)
                root[i][j] = (rows[i][j] - Product(root[i], root[j], j + 1)) / root[j][j];
        }
        return root;
    }

    private static double Product(double[] a, double[] b, int from)
    {
        var sum = 0.0;
        for (var k = from; k < a.Length; k++)
            sum += a[k] * b[k];
        return sum;
    }

    private static double[][] Square(int size) => [.. Enumerable.Range(0, size).Select(_ => new double[size])];
}
