namespace GpuQuant.Backends.Cpu;

/// <summary>
/// One of the plain convolutions that a strided convolution's input gradient consists of, along one axis: the input positions
/// <c>Phase, Phase + Stride, ...</c> all meet the same kernel positions <c>FirstTap, FirstTap + Stride, ...</c>, and for neighbours the
/// output gradients that meet them are neighbours. So no zeros are put between the gradients, and none are multiplied.
/// </summary>
/// <param name="Stride">The forward stride.</param>
/// <param name="Phase">The first input position.</param>
/// <param name="FirstTap">The first kernel position.</param>
/// <param name="Taps">The number of kernel positions; 0 where no output uses these inputs.</param>
/// <param name="Pad">Output gradients before the first one that the first position's window covers.</param>
/// <param name="Count">The number of input positions.</param>
/// <example>Kernel 3, stride 2, no padding before: phase 0 meets kernel positions 0 and 2, phase 1 position 1.</example>
internal readonly record struct AxisPhase(int Stride, int Phase, int FirstTap, int Taps, int Pad, int Count)
{
    public static AxisPhase Of(int phase, int stride, int kernel, int pad, int size)
    {
        var (nearest, firstTap) = Math.DivRem(phase + pad, stride);
        var taps = Math.Max(0, (kernel - firstTap + stride - 1) / stride);
        return new(stride, phase, firstTap, taps, taps - 1 - nearest, (size - phase + stride - 1) / stride);
    }

    /// <summary>The kernel position that the window's i-th gradient meets: the last first, as the kernel is turned around.</summary>
    public int Tap(int i) => FirstTap + Stride * (Taps - 1 - i);
}
