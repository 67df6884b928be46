namespace GpuQuant.Kernels;

/// <summary>A range of positions along one axis, the end excluded.</summary>
internal readonly record struct Span1D(int Start, int End)
{
    public int Length => End - Start;

    /// <summary>The input positions, inside the image, that the window of one output position covers.</summary>
    public static Span1D InputsOf(int output, int stride, int pad, int kernel, int size)
    {
        var first = output * stride - pad;
        return new(first < 0 ? 0 : first, first + kernel > size ? size : first + kernel);
    }

    /// <summary>The output positions for which one position of the window lies inside the image.</summary>
    public static Span1D OutputsAtTap(int tap, int stride, int pad, int size, int outputs)
    {
        var before = pad - tap;
        var last = size - 1 + before;
        var end = last < 0 ? 0 : last / stride + 1;
        return new(before <= 0 ? 0 : (before + stride - 1) / stride, end < outputs ? end : outputs);
    }

    /// <summary>The positions of one chunk of so many.</summary>
    public static Span1D Chunk(int chunk, int size, int count)
    {
        var end = (chunk + 1) * size;
        return new(chunk * size, end < count ? end : count);
    }

    /// <summary>The output positions whose windows cover one input position.</summary>
    public static Span1D OutputsOf(int input, int stride, int pad, int kernel, int outputs)
    {
        var beyond = input + pad - kernel;
        var last = (input + pad) / stride;
        return new(beyond < 0 ? 0 : beyond / stride + 1, last < outputs ? last + 1 : outputs);
    }
}
