using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// Steps of projected gradient descent. L-infinity: one thread per element. L2: the squares of a sample are added up in chunks, then the
/// chunks, in a fixed order; then one thread per element.
/// </summary>
internal static class PgdKernel
{
    public static void AlongSign(
        Index1D i, ArrayView<float> gradient, ArrayView<float> origin, ArrayView<float> mean, ArrayView<float> samples, PgdSizes sizes)
    {
        var average = mean[i % sizes.Length];
        samples[i] = PgdFormula.Bounded(PgdFormula.Moved(samples[i], gradient[i], sizes.Step), origin[i], sizes.Radius,
            sizes.Low - average, sizes.High - average);
    }

    /// <summary>Chunk i of rows x chunks.</summary>
    public static void Squares(Index1D i, ArrayView<float> gradient, ArrayView<float> parts, PgdSizes sizes)
    {
        var start = i / sizes.Chunks * sizes.Length;
        var chunk = Span1D.Chunk(i % sizes.Chunks, sizes.ChunkSize, sizes.Length);
        var sum = 0f;
        for (var k = chunk.Start; k < chunk.End; k++)
        {
            var value = gradient[start + k] * PgdFormula.Magnification;
            sum += value * value;
        }
        parts[i] = sum;
    }

    /// <summary>Chunk i of rows x chunks.</summary>
    public static void Distances(Index1D i, ArrayView<float> samples, ArrayView<float> origin, ArrayView<float> parts, PgdSizes sizes)
    {
        var start = i / sizes.Chunks * sizes.Length;
        var chunk = Span1D.Chunk(i % sizes.Chunks, sizes.ChunkSize, sizes.Length);
        var sum = 0f;
        for (var k = chunk.Start; k < chunk.End; k++)
        {
            var value = samples[start + k] - origin[start + k];
            sum += value * value;
        }
        parts[i] = sum;
    }

    public static void Total(Index1D row, ArrayView<float> parts, ArrayView<float> totals, PgdSizes sizes)
    {
        var sum = 0f;
        for (var chunk = 0; chunk < sizes.Chunks; chunk++)
            sum += parts[row * sizes.Chunks + chunk];
        totals[row] = sum;
    }

    public static void AlongGradient(
        Index1D i, ArrayView<float> gradient, ArrayView<float> totals, ArrayView<float> samples, PgdSizes sizes)
    {
        var pace = PgdFormula.Pace(totals[i / sizes.Length], sizes.Step);
        // 0 times a gradient that is infinite or no number would not be 0.
        if (pace > 0)
            samples[i] += gradient[i] * PgdFormula.Magnification * pace;
    }

    public static void Project(
        Index1D i, ArrayView<float> totals, ArrayView<float> origin, ArrayView<float> mean, ArrayView<float> samples, PgdSizes sizes)
    {
        var shrinkage = PgdFormula.Shrinkage(totals[i / sizes.Length], sizes.Radius);
        var average = mean[i % sizes.Length];
        samples[i] = PgdFormula.Clamp(
            origin[i] + (samples[i] - origin[i]) * shrinkage, sizes.Low - average, sizes.High - average);
    }
}
