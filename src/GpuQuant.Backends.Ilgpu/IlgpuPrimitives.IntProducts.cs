using GpuQuant.Kernels;
using GpuQuant.Numerics;
using ILGPU;
using ILGPU.Runtime;

namespace GpuQuant.Backends.Ilgpu;

internal sealed partial class IlgpuPrimitives
{
    /// <summary>
    /// What the call's <see cref="KernelCall.Packed"/> has to hold: the sum of each output's weights. They stay where they are.
    /// </summary>
    public long PackedBytes(KernelCall call) => IsInBlocks(call) ? sizeof(int) * call.Weights!.Shape[0] : 0;

    /// <summary>Sums up the weights.</summary>
    public Action PreparePacking(KernelCall call) => SumWeights(call.Weights!, Ints(call.Packed!));

    private bool IsInBlocks(KernelCall call) => !kernels.Blocks.IsEmpty
        && call is IntGemmCall { A.Type: DType.Int8 } or IntConv2DCall { Input.Type: DType.Int8 };

    private Action SumWeights(TensorView weights, ArrayView<int> sums)
    {
        var outputs = weights.Shape[0];
        return kernels.Bind(WeightSumsKernel.Sum, outputs, Int8s(weights), sums, weights.Count / outputs);
    }

    private Action Multiply<TLeft>(KernelCall call, TLeft left, IntProduct product) where TLeft : struct, IByteLoader
    {
        var sums = call.Packed is { } packed ? Ints(packed) : Scratch(call).Cast<int>();
        var (right, output) = (Rows(product.Weights, product.Columns, product.Depth), Output(product, sums));
        var multiply = kernels.IntegerUnit switch
        {
            IntegerUnit.Ampere => MatrixProduct<AmpereMatrixUnit, TLeft>(left, right, output, product.Depth),
            IntegerUnit.Turing => MatrixProduct<TuringMatrixUnit, TLeft>(left, right, output, product.Depth),
            IntegerUnit.Shuffled => MatrixProduct<ShuffledMatrixUnit, TLeft>(left, right, output, product.Depth),
            IntegerUnit.Dp4a => Product<int, Dp4aMultiplyAdd, TLeft, MatrixBytes, IntOutput>(left, right, output, Grid(product)),
            _ => Product<int, PackedMultiplyAdd, TLeft, MatrixBytes, IntOutput>(left, right, output, Grid(product)),
        };
        return call.Packed is null ? SumWeights(product.Weights, sums) + multiply : multiply;
    }

    private Action MatrixProduct<TUnit, TLeft>(TLeft left, MatrixBytes right, IntOutput output, int depth)
        where TUnit : struct, IMatrixUnit where TLeft : struct, IByteLoader
    {
        var kind = kernels.Blocks.ChooseMatrix(output.Rows, output.Columns);
        Action<TLeft, MatrixBytes, IntOutput, int> kernel = kind == BlockKind.Large
            ? MatrixUnitKernel.Multiply<TUnit, LargeMatrixBlock, TLeft, MatrixBytes>
            : MatrixUnitKernel.Multiply<TUnit, MediumMatrixBlock, TLeft, MatrixBytes>;
        var size = BlockTable.OfMatrix(kind);
        var groups = new KernelConfig(
            new Index3D((output.Rows + size.Rows - 1) / size.Rows, (output.Columns + size.Columns - 1) / size.Columns, 1),
            new Index3D(size.Threads, 1, 1));
        return kernels.BindGroups(kernel, groups, left, right, output, depth);
    }

    private static IntOutput Output(IntProduct product, ArrayView<int> weightSums)
    {
        var r = product.Requantization;
        return new(
            r is null ? Ints(product.Output) : weightSums, Bytes(product.Output), weightSums,
            product.Bias is { } bias ? Ints(bias) : weightSums, r is null ? weightSums : Ints(r.Multipliers),
            r is null ? weightSums : Ints(r.Shifts), product.ZeroPoints, product.Rows, product.Columns, Flag(product.Bias),
            Flag(r is not null), r is null ? default : Sizes(r));
    }

    // Four numbers to a word.
    private static ProductGrid Grid(IntProduct product) => new(product.Rows, product.Columns, (product.Depth + 3) / 4);

    private static MatrixBytes Rows(TensorView values, int rows, int depth) =>
        new(Int8s(values), IlgpuMemory.Address(values), rows, depth, Flag(depth % 16 == 0 && IlgpuMemory.IsAligned(values, 16)));
}
