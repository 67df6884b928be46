using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>
/// How a two-dimensional window slides over images: what convolution and pooling share. Output pixel (y, x) looks at input rows
/// <c>y * StrideY - PadTop + ky</c> and columns <c>x * StrideX - PadLeft + kx</c>; positions outside the image count as nothing.
/// </summary>
/// <param name="Height">Input rows.</param>
/// <param name="Width">Input columns.</param>
/// <param name="KernelHeight">Window rows.</param>
/// <param name="KernelWidth">Window columns.</param>
/// <param name="StrideY">Rows between windows.</param>
/// <param name="StrideX">Columns between windows.</param>
/// <param name="PadTop">Rows before the first input row that the first window covers.</param>
/// <param name="PadLeft">Columns before the first input column that the first window covers.</param>
/// <param name="OutHeight">Output rows.</param>
/// <param name="OutWidth">Output columns.</param>
public readonly record struct Window2D(
    int Height, int Width, int KernelHeight, int KernelWidth, int StrideY, int StrideX, int PadTop, int PadLeft, int OutHeight,
    int OutWidth)
{
    /// <summary>Elements of the window, KernelHeight * KernelWidth.</summary>
    public int KernelArea => KernelHeight * KernelWidth;

    /// <summary>
    /// A window with TensorFlow's "same" padding: ceil(size / stride) outputs, an odd padding row or column goes to the end.
    /// 28 rows, kernel 5, stride 1: 28 outputs, 2 rows of padding on top; 32 rows, kernel 3, stride 2: 16 outputs, none on top.
    /// </summary>
    public static Window2D Same(int height, int width, int kernel, int stride)
    {
        var (outHeight, outWidth) = ((height + stride - 1) / stride, (width + stride - 1) / stride);
        var padY = Math.Max(0, (outHeight - 1) * stride + kernel - height);
        var padX = Math.Max(0, (outWidth - 1) * stride + kernel - width);
        return new(height, width, kernel, kernel, stride, stride, padY / 2, padX / 2, outHeight, outWidth);
    }

    /// <summary>
    /// A window over an image with kernel / 2 rows and columns around it: floor((size + 2 (kernel / 2) - kernel) / stride) + 1 outputs.
    /// 224 rows, kernel 7, stride 2: 112 outputs, 3 rows of padding on top.
    /// </summary>
    public static Window2D Half(int height, int width, int kernel, int stride)
    {
        var pad = kernel / 2;
        return new(height, width, kernel, kernel, stride, stride, pad, pad,
            (height + 2 * pad - kernel) / stride + 1, (width + 2 * pad - kernel) / stride + 1);
    }

    /// <summary>A window that stays inside the image: floor((size - kernel) / stride) + 1 outputs.</summary>
    /// <exception cref="UsageException">The window is larger than the image.</exception>
    public static Window2D Valid(int height, int width, int kernel, int stride)
    {
        if (kernel > height || kernel > width)
            throw new UsageException($"A {kernel}x{kernel} window without padding does not fit into {height}x{width}.");
        return new(height, width, kernel, kernel, stride, stride, 0, 0, (height - kernel) / stride + 1, (width - kernel) / stride + 1);
    }
}
