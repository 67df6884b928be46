using System.Runtime.Intrinsics;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Products of int16 inputs and int8 weights with 64-bit sums: convolutions, and matrix products as convolutions of an image that is one
/// pixel wide. A pixel's window is copied once, with its border of zeros; four output channels at a time multiply it with their weights.
/// </summary>
internal sealed unsafe class WideProduct
{
    /// <summary>Elements of a window at a time: a lane's 510 products of at most 2^15 * 2^7 stay within 32 bits.</summary>
    private const int Chunk = 255 * Lanes;

    private const int Lanes = 16, Group = 4;

    private readonly short* _input, _output;
    private readonly sbyte* _kernel;
    private readonly WideChannels _channels;
    private readonly Window2D _window;
    private readonly int _in, _out, _length;

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
        (_window, _in, _out, _length) = (window, channels, kernel.Shape[0], window.KernelArea * channels);
    }

    /// <summary>Output rows of all images.</summary>
    public int Rows { get; }

    /// <summary>Outputs of a row, weighted by how long each takes.</summary>
    public int RowElements => _window.OutWidth * _out * _window.KernelArea;

    /// <summary>Does the output rows of a range.</summary>
    public static void Run<T>(WideProduct product, int first, int end) where T : struct, IWideKernel
    {
        var patch = stackalloc short[Chunk + Lanes];
        for (var row = first; row < end; row++)
            for (var x = 0; x < product._window.OutWidth; x++)
                product.Pixel<T>(row, x, patch);
    }

    private void Pixel<T>(int row, int x, short* patch) where T : struct, IWideKernel
    {
        var (image, y) = Math.DivRem(row, _window.OutHeight);
        var (top, left) = (y * _window.StrideY - _window.PadTop, x * _window.StrideX - _window.PadLeft);
        var output = _output + ((long)row * _window.OutWidth + x) * _out;
        var sums = stackalloc long[Group];
        for (var channel = 0; channel < _out; channel += Group)
        {
            var count = Math.Min(Group, _out - channel);
            new Span<long>(sums, Group).Clear();
            for (var first = 0; first < _length; first += Chunk)
            {
                var length = Math.Min(Chunk, _length - first);
                if (channel == 0 || _length > Chunk)
                    Gather(image, top, left, first, length, patch);
                Add<T>(patch, _kernel + (long)channel * _length + first, length, count, sums);
            }
            for (var i = 0; i < count; i++)
                output[channel + i] = _channels.Requantize(sums[i], channel + i);
        }
    }

    /// <summary>
    /// Copies elements of a window, zeros where it lies outside the image. What is left over after whole vectors moves to the end of one
    /// more, behind zeros: there it meets the weights' last vector.
    /// </summary>
    private void Gather(int image, int top, int left, int first, int length, short* patch)
    {
        var line = _window.KernelWidth * _in;
        var (inside, outside) = (Math.Max(0, -left) * _in, Math.Min(_window.KernelWidth, _window.Width - left) * _in);
        for (var done = 0; done < length;)
        {
            var (ky, offset) = Math.DivRem(first + done, line);
            var count = Math.Min(line - offset, length - done);
            var target = new Span<short>(patch + done, count);
            target.Clear();
            var (begin, end) = (Math.Max(offset, inside), Math.Min(offset + count, outside));
            if (top + ky >= 0 && top + ky < _window.Height && begin < end)
                new ReadOnlySpan<short>(
                    _input + (((long)image * _window.Height + top + ky) * _window.Width + left) * _in + begin, end - begin)
                    .CopyTo(target[(begin - offset)..]);
            done += count;
        }
        var rest = length % Lanes;
        if (rest == 0 || length < Lanes)
            return;
        var last = new Span<short>(patch + length - rest, Lanes);
        last[..rest].CopyTo(last[^rest..]);
        last[..^rest].Clear();
    }

    /// <summary>Adds the products of a patch with the weights of up to four channels, each so many weights after the one before.</summary>
    private void Add<T>(short* patch, sbyte* weights, int length, int count, long* sums) where T : struct, IWideKernel
    {
        if (length < Lanes)
        {
            for (var i = 0; i < count * length; i++)
                sums[i / length] += patch[i % length] * weights[(long)(i / length) * _length + i % length];
            return;
        }
        // A group of fewer channels takes its last again and again.
        sbyte* second = Row(1), third = Row(2), fourth = Row(3);
        Vector256<int> sum0 = default, sum1 = default, sum2 = default, sum3 = default;
        var whole = length / Lanes * Lanes;
        for (var i = 0; i < length; i += Lanes)
        {
            var x = Vector256.Load(patch + i);
            var at = i < whole ? i : length - Lanes;
            sum0 += T.Products(x, weights + at);
            sum1 += T.Products(x, second + at);
            sum2 += T.Products(x, third + at);
            sum3 += T.Products(x, fourth + at);
        }
        sums[0] += Sum(sum0);
        sums[1] += Sum(sum1);
        sums[2] += Sum(sum2);
        sums[3] += Sum(sum3);

        sbyte* Row(int channel) => weights + (long)Math.Min(channel, count - 1) * _length;
    }

    private static long Sum(Vector256<int> lanes) => Vector256.Sum(Vector256.WidenLower(lanes) + Vector256.WidenUpper(lanes));
}
