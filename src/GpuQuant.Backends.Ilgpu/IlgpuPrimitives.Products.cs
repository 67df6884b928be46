using GpuQuant.Kernels;
using ILGPU;
using ILGPU.Runtime;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    /// <summary>A product of float32 matrices in the blocks that suit its size.</summary>
    private Action FloatProduct<TLeft, TRight>(TLeft left, TRight right, FloatOutput output, ProductGrid grid)
        where TLeft : struct, IPanelLoader<float> where TRight : struct, IPanelLoader<float> =>
        Product<float, FloatMultiplyAdd, TLeft, TRight, FloatOutput>(left, right, output, grid);

    private Action Product<T, TMath, TLeft, TRight, TOutput>(TLeft left, TRight right, TOutput output, ProductGrid grid)
        where T : unmanaged
        where TMath : struct, IMultiplyAdd<T>
        where TLeft : struct, IPanelLoader<T>
        where TRight : struct, IPanelLoader<T>
        where TOutput : struct, IProductOutput<T>
    {
        var kind = kernels.Blocks.Choose(grid.Rows, grid.Columns, grid.Chunks);
        Action<TLeft, TRight, TOutput, int, int> kernel = kind switch
        {
            BlockKind.Large => ProductKernel.Multiply<T, TMath, LargeBlock, TLeft, TRight, TOutput>,
            BlockKind.Medium => ProductKernel.Multiply<T, TMath, MediumBlock, TLeft, TRight, TOutput>,
            _ => ProductKernel.Multiply<T, TMath, SmallBlock, TLeft, TRight, TOutput>,
        };
        return kernels.BindGroups(kernel, Groups(BlockTable.Of(kind), grid), left, right, output, grid.Depth, grid.Chunk);
    }

    private static KernelConfig Groups(BlockSize size, ProductGrid grid) => new(
        new Index3D((grid.Rows + size.Rows - 1) / size.Rows, (grid.Columns + size.Columns - 1) / size.Columns, grid.Chunks),
        new Index3D(size.Threads, 1, 1));

    /// <summary>A matrix of so many lines whose neighbours follow along the depth, or along the lines where it is transposed.</summary>
    private static MatrixLoader Matrix(TensorView values, int lines, int depth, bool isAlongDepth) => isAlongDepth
        ? new(Floats(values), lines, depth, depth, 1, Flag(IsAligned(depth, values)))
        : new(Floats(values), lines, depth, 1, lines, Flag(IsAligned(lines, values)));

    /// <summary>Where a float32 product goes; of the activations, those that bound it are part of it.</summary>
    private static FloatOutput Output(
        TensorView values, int rows, int columns, Activation activation, TensorView? bias = null, TensorView? scale = null,
        TensorView? shift = null, TensorView? residual = null)
    {
        var (minimum, maximum) = activation switch
        {
            Activation.Relu => (0, float.PositiveInfinity),
            Activation.Relu6 => (0, 6f),
            _ => (float.NegativeInfinity, float.PositiveInfinity),
        };
        var steps = new FloatOutputSteps(
            Flag(IsAligned(columns, values, bias, scale, shift, residual)), Flag(bias), Flag(scale), Flag(shift), Flag(residual), minimum,
            maximum);
        return new(
            Floats(values), Optional<float>(bias, values), Optional<float>(scale, values), Optional<float>(shift, values),
            Optional<float>(residual, values), rows, columns, steps);
    }

    /// <summary>The activations that are curves, in a pass of their own: inlined for every sum they would be most of a kernel.</summary>
    private Action? Curved(TensorView values, Activation activation) => activation is Activation.Sigmoid or Activation.Tanh
        ? kernels.Bind(ElementWiseKernel.Activate, values.Count, Floats(values), Floats(values), activation)
        : null;

    /// <summary>Whether all groups of four values in rows of so many lie in one piece of 16 bytes.</summary>
    private static bool IsAligned(int rowLength, params ReadOnlySpan<TensorView?> tensors)
    {
        foreach (var tensor in tensors)
            if (tensor is not null && !IlgpuMemory.IsAligned(tensor, 16))
                return false;
        return rowLength % 4 == 0;
    }
}
