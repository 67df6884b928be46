using GpuQuant.Backends;
using GpuQuant.Formulas;
using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>Convolution and its gradients; one thread per element of the result.</summary>
internal static class Conv2DKernel
{
    public static void Forward(
        Index1D i, ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> scale, ArrayView<float> shift,
        ArrayView<float> residual, ArrayView<float> y, Window2D window, Conv2DSizes sizes)
    {
        var at = Pixel.Of(i, window.OutHeight, window.OutWidth, sizes.Out);
        var cells = WindowCells.Inputs(window, at.Y, at.X);
        var (top, left) = (at.Y * window.StrideY - window.PadTop, at.X * window.StrideX - window.PadLeft);
        var sum = 0f;
        for (var iy = cells.Rows.Start; iy < cells.Rows.End; iy++)
            for (var ix = cells.Columns.Start; ix < cells.Columns.End; ix++)
            {
                var input = ((at.Image * window.Height + iy) * window.Width + ix) * sizes.In;
                var tap = ((at.Channel * window.KernelHeight + iy - top) * window.KernelWidth + ix - left) * sizes.In;
                for (var c = 0; c < sizes.In; c++)
                    sum += x[input + c] * w[tap + c];
            }
        if (sizes.HasBias != 0)
            sum += bias[at.Channel];
        if (sizes.HasScale != 0)
            sum *= scale[at.Channel];
        if (sizes.HasShift != 0)
            sum += shift[at.Channel];
        if (sizes.HasResidual != 0)
            sum += residual[i];
        y[i] = ActivationFormula.Apply(sizes.Activation, sum);
    }

    public static void BackwardData(
        Index1D i, ArrayView<float> dy, ArrayView<float> w, ArrayView<float> dx, Window2D window, Conv2DSizes sizes)
    {
        var at = Pixel.Of(i, window.Height, window.Width, sizes.In);
        var cells = WindowCells.Outputs(window, at.Y, at.X);
        var area = window.KernelHeight * window.KernelWidth * sizes.In;
        var sum = 0f;
        for (var oy = cells.Rows.Start; oy < cells.Rows.End; oy++)
            for (var ox = cells.Columns.Start; ox < cells.Columns.End; ox++)
            {
                var (ky, kx) = (at.Y + window.PadTop - oy * window.StrideY, at.X + window.PadLeft - ox * window.StrideX);
                var output = ((at.Image * window.OutHeight + oy) * window.OutWidth + ox) * sizes.Out;
                var tap = (ky * window.KernelWidth + kx) * sizes.In + at.Channel;
                for (var o = 0; o < sizes.Out; o++)
                    sum += dy[output + o] * w[o * area + tap];
            }
        dx[i] = sum;
    }

    /// <summary>
    /// One chunk's part of the kernel's gradient: element i of chunks x Out x KH x KW x C sums over the images of its chunk. The chunks
    /// are added up afterwards.
    /// </summary>
    public static void BackwardWeights(
        Index1D i, ArrayView<float> x, ArrayView<float> dy, ArrayView<float> parts, Window2D window, Conv2DSizes sizes, int chunkSize)
    {
        var tap = Pixel.Of(i, window.KernelHeight, window.KernelWidth, sizes.In);
        var (chunk, output) = (tap.Image / sizes.Out, tap.Image % sizes.Out);
        var cells = WindowCells.OutputsAtTap(window, tap.Y, tap.X);
        var images = Span1D.Chunk(chunk, chunkSize, sizes.Images);
        var sum = 0f;
        for (var image = images.Start; image < images.End; image++)
            for (var oy = cells.Rows.Start; oy < cells.Rows.End; oy++)
                for (var ox = cells.Columns.Start; ox < cells.Columns.End; ox++)
                {
                    var (iy, ix) = (oy * window.StrideY - window.PadTop + tap.Y, ox * window.StrideX - window.PadLeft + tap.X);
                    var input = ((image * window.Height + iy) * window.Width + ix) * sizes.In + tap.Channel;
                    sum += x[input] * dy[((image * window.OutHeight + oy) * window.OutWidth + ox) * sizes.Out + output];
                }
        parts[i] = sum;
    }
}
