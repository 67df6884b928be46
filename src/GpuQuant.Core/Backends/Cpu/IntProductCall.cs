using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

/// <summary>The addresses and numbers of an integer product or convolution.</summary>
internal readonly unsafe struct IntProductCall
{
    public IntProductCall(IntGemmCall call)
        : this(call.A, call.B, call.Bias, call.Output, call.ZeroPoint, call.RowZeroPoints, call.Requantization) => IsProduct = true;

    public IntProductCall(IntConv2DCall call)
        : this(call.Input, call.Kernel, call.Bias, call.Output, call.ZeroPoint, call.RowZeroPoints, call.Requantization)
    {
    }

    /// <summary>Weights alone, for products whose inputs no tensor holds.</summary>
    public IntProductCall(sbyte* kernel, int* bias, int zeroPoint)
    {
        Kernel = kernel;
        Bias = bias;
        ZeroPoint = zeroPoint;
    }

    private IntProductCall(TensorView input, TensorView kernel, TensorView? bias, TensorView output, int zeroPoint,
        TensorView? rowZeroPoints, Requantization? requantization)
    {
        Input = CpuMemory.Address<sbyte>(input);
        Kernel = CpuMemory.Address<sbyte>(kernel);
        Bias = CpuMemory.AddressOrNull<int>(bias);
        RowZeroPoints = CpuMemory.AddressOrNull<int>(rowZeroPoints);
        ZeroPoint = zeroPoint;
        if (requantization is null)
        {
            Sums = CpuMemory.Address<int>(output);
            return;
        }
        Bytes = CpuMemory.Address<byte>(output);
        Clamp = ClampOf(output, requantization);
        Multipliers = CpuMemory.Address<int>(requantization.Multipliers);
        Shifts = CpuMemory.Address<int>(requantization.Shifts);
        MultiplierStep = requantization.Multipliers.Count == 1 ? 0 : 1;
    }

    public readonly sbyte* Input, Kernel;

    public readonly int* Bias, RowZeroPoints, Multipliers, Shifts, Sums;

    public readonly byte* Bytes;

    public readonly int ZeroPoint, MultiplierStep;

    public readonly IntClamp Clamp;

    /// <summary>Whether it is a matrix product: its zero points are those of rows, a convolution's those of images.</summary>
    public readonly bool IsProduct;

    /// <summary>The limits of an output that must be bytes.</summary>
    public static IntClamp ClampOf(TensorView output, Requantization requantization) => output.Type is DType.Int8 or DType.UInt8
        ? new(requantization.ZeroPoint, requantization.Minimum, requantization.Maximum, output.Type == DType.Int8)
        : throw new UsageException($"Requantized outputs are Int8 or UInt8, not {output.Type}.");
}
