namespace GpuQuant.Backends.Tests.Reference;

/// <summary>The sizes of a convolution: images, input and output channels, window.</summary>
public sealed record ConvSizes(int Images, int In, int Out, Window2D Window)
{
    public int[] InputShape => [Images, Window.Height, Window.Width, In];

    public int[] KernelShape => [Out, Window.KernelHeight, Window.KernelWidth, In];

    public int[] OutputShape => [Images, Window.OutHeight, Window.OutWidth, Out];

    public int InputCount => Images * Window.Height * Window.Width * In;

    public int KernelCount => Out * Window.KernelArea * In;

    public int OutputCount => Images * Window.OutHeight * Window.OutWidth * Out;

    /// <summary>The positions in input, kernel and output of every product that a convolution adds up, from the definition.</summary>
    public IEnumerable<(int Input, int Kernel, int Output)> Products()
    {
        var (inPixels, outPixels) = (Window.Height * Window.Width, Window.OutHeight * Window.OutWidth);
        foreach (var (o, i, tap) in Window.Pairs())
            for (var image = 0; image < Images; image++)
                for (var output = 0; output < Out; output++)
                    for (var input = 0; input < In; input++)
                        yield return ((image * inPixels + i) * In + input, (output * Window.KernelArea + tap) * In + input,
                            (image * outPixels + o) * Out + output);
    }

    public override string ToString() =>
        $"{Images} x {Window.Height}x{Window.Width}x{In} to {Out}, {Window.KernelHeight}x{Window.KernelWidth}"
        + $" stride {Window.StrideY},{Window.StrideX} pad {Window.PadTop},{Window.PadLeft}";
}
