using System.Runtime.Intrinsics;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Products of int16 inputs and int8 weights with 64-bit sums: convolutions, and matrix products as convolutions of an image that is one
/// pixel wide. One path for all instruction sets, in vectors of eight: such nets are studied for their accuracy, not for speed.
/// </summary>
internal sealed unsafe class WideProduct
{
    /// <summary>512 products of at most 2^15 * 127 stay within 32 bits, in each of 8 lanes.</summary>
    private const int Lanes = 8, Block = 512 * Lanes;

    private readonly short* _input, _output;
    private readonly sbyte* _kernel;
    private readonly WideChannels _channels;
    private readonly Window2D _window;
    private readonly int _in, _out;

    public WideProduct(IntConv2DCall call)
        : this(call.Input, call.Kernel, call.Bias, call.Output, call.Requantization, call.Window, call.Input.Shape[3]) =>
        Rows = call.Input.Shape[0] * call.Window.OutHeight;

    public WideProduct(IntGemmCall call)
        : this(call.A, call.B, call.Bias, call.Output, call.Requantization,
            new Window2D(call.A.Shape[0], 1, 1, 1, 1, 1, 0, 0, call.A.Shape[0], 1), call.A.Shape[1]) =>
        Rows = call.A.Shape[0];

    private WideProduct(TensorView input, TensorView kernel, TensorView? bias, TensorView output, Requantization? requantization,
        Window2D window, int channels)
    {
        if (requantization is null || output.Type != DType.Int16)
            throw new UsageException($"Products of {DType.Int16} inputs are requantized to {DType.Int16}, not given as {output.Type}.");
        _input = CpuMemory.Address<short>(input);
        _kernel = CpuMemory.Address<sbyte>(kernel);
        _output = CpuMemory.Address<short>(output);
        _channels = new WideChannels(bias, requantization);
        (_window, _in, _out) = (window, channels, kernel.Shape[0]);
    }

    /// <summary>Output rows of all images.</summary>
    public int Rows { get; }

    /// <summary>Outputs of a row, weighted by how long each takes.</summary>
    public int RowElements => _window.OutWidth * _out * _window.KernelArea;

    /// <summary>Does the output rows of a range.</summary>
    public static void Run(WideProduct product, int first, int end)
    {
        for (var row = first; row < end; row++)
            for (var x = 0; x < product._window.OutWidth; x++)
                product.Pixel(row, x);
    }

    private void Pixel(int row, int x)
    {
        var (image, y) = Math.DivRem(row, _window.OutHeight);
        var (top, left) = (y * _window.StrideY - _window.PadTop, x * _window.StrideX - _window.PadLeft);
        var (firstRow, endRow) = (Math.Max(0, -top), Math.Min(_window.KernelHeight, _window.Height - top));
        var (firstColumn, endColumn) = (Math.Max(0, -left), Math.Min(_window.KernelWidth, _window.Width - left));
        var output = _output + ((long)row * _window.OutWidth + x) * _out;
        for (var channel = 0; channel < _out; channel++)
        {
            var sum = 0L;
            for (var ky = firstRow; ky < endRow; ky++)
                sum += Dot(
                    _input + (((long)image * _window.Height + top + ky) * _window.Width + left + firstColumn) * _in,
                    _kernel + (((long)channel * _window.KernelHeight + ky) * _window.KernelWidth + firstColumn) * _in,
                    (endColumn - firstColumn) * _in);
            output[channel] = _channels.Requantize(sum, channel);
        }
    }

    private static long Dot(short* x, sbyte* w, int count)
    {
        var (sum, i) = (0L, 0);
        while (i <= count - Lanes)
        {
            var lanes = Vector256<int>.Zero;
            for (var end = Math.Min(count - Lanes, i + Block - Lanes); i <= end; i += Lanes)
            {
                var words = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)(w + i)).AsSByte());
                lanes += Vector256.Create(Vector128.WidenLower(Vector128.Load(x + i)), Vector128.WidenUpper(Vector128.Load(x + i)))
                    * Vector256.Create(Vector128.WidenLower(words), Vector128.WidenUpper(words));
            }
            sum += Vector256.Sum(Vector256.WidenLower(lanes) + Vector256.WidenUpper(lanes));
        }
        for (; i < count; i++)
            sum += x[i] * w[i];
        return sum;
    }
}
