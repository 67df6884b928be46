namespace GpuQuant.Backends.Tests.Reference;

public static class GemmReference
{
    public static Approx[] Compute(
        int m, int n, int k, float[] a, float[] b, float[]? bias, bool transposeA, bool transposeB, Activation activation)
    {
        var c = new Approx[m * n];
        for (var i = 0; i < c.Length; i++)
        {
            var (row, column) = (i / n, i % n);
            var sum = new ApproxSum();
            for (var p = 0; p < k; p++)
                sum.Add((Approx)a[transposeA ? p * m + row : row * k + p] * b[transposeB ? column * k + p : p * n + column]);
            if (bias is not null)
                sum.Add(bias[column]);
            c[i] = ActivationForwardReference.Apply(activation, sum.Total);
        }
        return c;
    }
}
