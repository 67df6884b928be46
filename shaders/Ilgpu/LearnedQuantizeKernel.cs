using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Learned steps and their gradients.</summary>
internal static class LearnedQuantizeKernel
{
    private const int ChunkLength = 256;

    /// <summary>One thread per step: lets an unset one start from its row, reflects a negative one, and writes what follows from it.</summary>
    public static void Update(
        Index1D channel, ArrayView<float> x, ArrayView<float> steps, ArrayView<float> offset, ArrayView<float> scales,
        ArrayView<int> zeroPoints, int length, StepStart start, int minimum, int maximum, int hasInput, int hasOffset)
    {
        var step = Scalar.Abs(steps[channel]);
        if (hasInput != 0)
        {
            if (LearnedStepFormula.IsUnset(step))
                step = First(x, channel * length, length, start, minimum, maximum, offset, hasOffset);
            steps[channel] = step;
        }
        var scale = LearnedStepFormula.Scale(step, maximum, start == StepStart.Greatest);
        scales[channel] = scale;
        zeroPoints[channel] = hasOffset != 0 ? LearnedStepFormula.ZeroPoint(offset[0], scale, minimum, maximum) : 0;
    }

    /// <summary>Thread i handles one part of one row; a row has so many parts. Each part leaves its two sums.</summary>
    public static void Backward(
        Index1D i, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, ArrayView<float> scales, ArrayView<int> zeroPoints,
        ArrayView<float> sums, LearnedSizes sizes)
    {
        var (row, step, offset) = (i / sizes.Parts, 0f, 0f);
        for (var within = i % sizes.Parts; within < sizes.Length; within += sizes.Parts)
        {
            var at = row * sizes.Length + within;
            var (value, g) = (x[at], dy[at]);
            var side = LearnedStepFormula.Side(value, scales[row], zeroPoints[row], sizes.Minimum, sizes.Maximum);
            var ofEnd = side > 0 ? g : 0;
            var ofStep = LearnedStepFormula.StepGradient(value, g, scales[row], side, sizes.Minimum, sizes.Maximum);
            step += sizes.IsEndLearned != 0 ? ofEnd : ofStep;
            offset += side == 0 ? 0 : g;
            if (sizes.HasInputGradient != 0)
                dx[at] = side == 0 ? g : 0;
        }
        sums[2 * i] = step;
        sums[2 * i + 1] = offset;
    }

    /// <summary>Adds up a row's parts: of the step's gradient (which 0) or the offset's (1).</summary>
    public static void Finish(Index1D row, ArrayView<float> sums, ArrayView<float> gradient, int parts, int which, float factor)
    {
        var sum = 0f;
        for (var part = 0; part < parts; part++)
            sum += sums[2 * (row * parts + part) + which];
        gradient[row] = sum * factor;
    }

    public static void DorefaForward(Index1D i, ArrayView<float> t, ArrayView<float> greatest, ArrayView<float> y, int intervals) =>
        y[i] = LearnedStepFormula.Dorefa(t[i], greatest[0], intervals);

    public static void DorefaBackward(
        Index1D i, ArrayView<float> t, ArrayView<float> greatest, ArrayView<float> dy, ArrayView<float> dx) =>
        dx[i] = LearnedStepFormula.DorefaGradient(t[i], greatest[0], dy[i]);

    private static float First(
        ArrayView<float> x, int first, int length, StepStart start, int minimum, int maximum, ArrayView<float> offset, int hasOffset)
    {
        if (start == StepStart.MeanMagnitude)
            return 2 * Magnitudes(x, first, length) / length / Scalar.Sqrt(maximum);
        if (start == StepStart.ThreeDeviations)
        {
            var mean = Sum(x, first, length) / length;
            return (Scalar.Abs(mean) + 3 * Scalar.Sqrt(Squares(x, first, length, mean) / length)) / (maximum + 1);
        }
        var (low, high) = (0f, 0f);
        for (var i = first; i < first + length; i++)
        {
            low = x[i] < low ? x[i] : low;
            high = x[i] > high ? x[i] : high;
        }
        var step = (high - low) / (maximum - minimum);
        if (hasOffset != 0)
            offset[0] = low - minimum * step;
        return start == StepStart.Greatest ? high : step;
    }

    // Sums of sums: with a single one over many values, the last ones would hardly count.
    private static float Sum(ArrayView<float> x, int first, int length)
    {
        var total = 0f;
        for (var chunk = 0; chunk < length; chunk += ChunkLength)
        {
            var sum = 0f;
            for (var i = chunk; i < length && i < chunk + ChunkLength; i++)
                sum += x[first + i];
            total += sum;
        }
        return total;
    }

    private static float Magnitudes(ArrayView<float> x, int first, int length)
    {
        var total = 0f;
        for (var chunk = 0; chunk < length; chunk += ChunkLength)
        {
            var sum = 0f;
            for (var i = chunk; i < length && i < chunk + ChunkLength; i++)
                sum += Scalar.Abs(x[first + i]);
            total += sum;
        }
        return total;
    }

    private static float Squares(ArrayView<float> x, int first, int length, float mean)
    {
        var total = 0f;
        for (var chunk = 0; chunk < length; chunk += ChunkLength)
        {
            var sum = 0f;
            for (var i = chunk; i < length && i < chunk + ChunkLength; i++)
                sum += (x[first + i] - mean) * (x[first + i] - mean);
            total += sum;
        }
        return total;
    }
}
