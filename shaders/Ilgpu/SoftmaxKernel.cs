using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Softmax, its gradient and its cross-entropy; one thread per row.</summary>
internal static class SoftmaxKernel
{
    public static void Forward(Index1D row, ArrayView<float> x, ArrayView<float> y, int columns)
    {
        var (start, end) = (row * columns, row * columns + columns);
        var greatest = x[start + Greatest(x, start, columns)];
        var sum = 0f;
        for (var i = start; i < end; i++)
            sum += y[i] = Scalar.Exp(x[i] - greatest);
        for (var i = start; i < end; i++)
            y[i] /= sum;
    }

    public static void Backward(Index1D row, ArrayView<float> y, ArrayView<float> dy, ArrayView<float> dx, int columns)
    {
        var (start, end) = (row * columns, row * columns + columns);
        var dot = 0f;
        for (var i = start; i < end; i++)
            dot += y[i] * dy[i];
        for (var i = start; i < end; i++)
            dx[i] = y[i] * (dy[i] - dot);
    }

    public static void CrossEntropy(
        Index1D row, ArrayView<float> logits, ArrayView<float> targets, ArrayView<float> statistics, ArrayView<float> gradient,
        int rows, int columns)
    {
        var (start, end) = (row * columns, row * columns + columns);
        var best = Greatest(logits, start, columns);
        var greatest = logits[start + best];
        var (sum, weight, loss) = (0f, 0f, 0f);
        for (var i = start; i < end; i++)
        {
            sum += gradient[i] = Scalar.Exp(logits[i] - greatest);
            weight += targets[i];
        }
        var logSum = Scalar.Log(sum);
        for (var i = start; i < end; i++)
        {
            loss += targets[i] * (logSum - (logits[i] - greatest));
            gradient[i] = (gradient[i] / sum * weight - targets[i]) / rows;
        }
        statistics[row * 2] = loss;
        statistics[row * 2 + 1] = 0; // not condition ? 1 : 0, of which ILGPU 1.5.3 makes the float with the bits of the integer 1
        if (best == Greatest(targets, start, columns))
            statistics[row * 2 + 1] = 1;
    }

    public static void BinaryCrossEntropy(
        Index1D row, ArrayView<float> logits, ArrayView<float> targets, ArrayView<float> statistics, ArrayView<float> gradient,
        int rows, int columns)
    {
        var (start, end) = (row * columns, row * columns + columns);
        var loss = 0f;
        for (var i = start; i < end; i++)
        {
            var z = logits[i];
            var e = Scalar.Exp(-Scalar.Abs(z));
            var (greater, above) = (1f, z);
            if (z < 0)
                (greater, above) = (e, 0f);
            loss += above - targets[i] * z + Scalar.Log(1 + e);
            gradient[i] = (greater / (1 + e) - targets[i]) / columns / rows;
        }
        statistics[row * 2] = loss / columns;
        statistics[row * 2 + 1] = 0;
        if (Greatest(logits, start, columns) == Greatest(targets, start, columns))
            statistics[row * 2 + 1] = 1;
    }

    /// <summary>The position of the first greatest value of a row.</summary>
    private static int Greatest(ArrayView<float> x, int start, int columns)
    {
        var best = 0;
        for (var c = 1; c < columns; c++)
            if (x[start + c] > x[start + best])
                best = c;
        return best;
    }
}
