using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Ranges of fake-quantizers.</summary>
internal static class RangeKernel
{
    /// <summary>One thread: moves the range, unless the batch's is not to be looked at, and writes what follows from it.</summary>
    public static void Update(
        Index1D i, ArrayView<float> batch, ArrayView<float> range, ArrayView<float> scale, ArrayView<int> zeroPoint, float momentum,
        int minimum, int maximum, int hasBatch, int isSymmetric)
    {
        if (hasBatch != 0)
            Move(range, batch[0], batch[1], momentum);
        if (isSymmetric == 0)
        {
            Finish(range, scale, zeroPoint, minimum, maximum);
            return;
        }
        scale[0] = RangeFormula.SymmetricScale(range[0], range[1], minimum, maximum);
        zeroPoint[0] = 0;
    }

    /// <summary>Moves the range towards a batch's, widened to hold 0.</summary>
    public static void Move(ArrayView<float> range, float low, float high, float momentum)
    {
        var isFirst = range[0] == 0 && range[1] == 0;
        range[0] = RangeFormula.Moved(range[0], low < 0 ? low : 0, isFirst, momentum);
        range[1] = RangeFormula.Moved(range[1], high > 0 ? high : 0, isFirst, momentum);
    }

    /// <summary>Writes the scale and the zero point of a range.</summary>
    public static void Finish(ArrayView<float> range, ArrayView<float> scale, ArrayView<int> zeroPoint, int minimum, int maximum)
    {
        scale[0] = RangeFormula.Scale(range[0], range[1], maximum - minimum);
        zeroPoint[0] = RangeFormula.ZeroPoint(range[0], range[1], minimum, maximum);
    }

    /// <summary>Thread i finds the greatest magnitude of one part of one channel; a channel has so many parts.</summary>
    public static void MagnitudeChunk(Index1D i, ArrayView<float> x, ArrayView<float> found, int length, int parts)
    {
        var channel = i / parts;
        var greatest = 0f;
        for (var at = i % parts; at < length; at += parts)
        {
            var value = x[channel * length + at];
            var magnitude = value < 0 ? -value : value;
            greatest = magnitude > greatest ? magnitude : greatest;
        }
        found[i] = greatest;
    }

    /// <summary>The symmetric scale of each channel, from its parts.</summary>
    public static void Symmetric(
        Index1D channel, ArrayView<float> found, ArrayView<float> scales, ArrayView<int> zeroPoints, int parts, int maximum)
    {
        var greatest = found[channel * parts];
        for (var i = 1; i < parts; i++)
        {
            var value = found[channel * parts + i];
            greatest = value > greatest ? value : greatest;
        }
        scales[channel] = RangeFormula.Symmetric(greatest, maximum);
        zeroPoints[channel] = 0;
    }
}
