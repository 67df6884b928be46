using System.Runtime.Intrinsics;
using GpuQuant.Formulas;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    private const int ChunkElements = 8192;

    private bool IsPortable => isa.Vectors == VectorSet.Portable;

    public Action Prepare(IntGemmCall call) => call.A.Type == DType.Int16 ? Wide(new WideProduct(call))
        : Product(ShapeOf(call), call, new IntProductCall(call)).Of(call);

    public Action Prepare(IntConv2DCall call) => call.Input.Type == DType.Int16 ? Wide(new WideProduct(call))
        : Product(ShapeOf(call), call, new IntProductCall(call)).Of(call);

    public Action Prepare(RequantizeCall call) => call.Output.Type == DType.Int16
        ? Rows(call.Output.Count, 1, call, WideMaps.Requantize)
        : Rows(call.Input.Count / call.Input.Shape[^1], call.Input.Shape[^1], new IntChannels(call), ChannelRows);

    public Action Prepare(IntScaleCall call) => call.Input.Type == DType.Int16
        ? Rows(call.Output.Count, 1, call, WideMaps.Scale)
        : Rows(call.Input.Count / call.Input.Shape[^1], call.Input.Shape[^1], new IntChannels(call), ChannelRows);

    public Action Prepare(IntAddCall call)
    {
        if (call.Output.Type == DType.Int16)
            return Rows(call.Output.Count, 1, call, WideMaps.Add);
        var addition = new IntAddition(call);
        return Rows(call.Output.Count, 1, addition, IsPortable ? IntAddition.Plain : IntAddition.Vectors);
    }

    public Action Prepare(IntPool2DCall call)
    {
        var (rows, elements) = (call.Output.Shape[0] * call.Output.Shape[1], call.Output.Shape[2] * call.Output.Shape[3]);
        return call.Input.Type == DType.Int16
            ? Rows(rows, elements, new WidePooling(call), WidePooling.Run)
            : Rows(rows, elements, new IntPooling(call), IntPooling.Run);
    }

    public Action Prepare(IntSoftmaxCall call)
    {
        var x = At<sbyte>(call.Input);
        var table = At<float>(call.Table);
        var y = At<byte>(call.Output);
        var columns = call.Input.Shape[^1];
        return Rows(call.Input.Count / columns, 16 * columns, columns, (_, first, end) =>
        {
            for (var row = first; row < end; row++)
                Softmax(x + (long)row * columns, table, y + (long)row * columns, columns);
        });
    }

    public Action Prepare(ByteTableCall call)
    {
        var x = At<sbyte>(call.Input);
        var table = At<byte>(call.Table);
        var y = At<byte>(call.Output);
        return Rows(call.Input.Count, 1, 0, (_, i, end) =>
        {
            for (; i < end; i++)
                y[i] = table[x[i] + 128];
        });
    }

    public Action Prepare(ScaleAccumulatorsCall call)
    {
        var scaling = new AccumulatorScaling(call);
        return Rows(call.Input.Count / call.Input.Shape[^1], call.Input.Shape[^1], scaling, AccumulatorScaling.Run);
    }

    public Action Prepare(FloatToAccumulatorCall call)
    {
        var x = At<float>(call.Input);
        var y = At<int>(call.Output);
        var bias = CpuMemory.AddressOrNull<int>(call.Bias);
        var channels = call.Input.Shape[^1];
        return Rows(call.Input.Count, 1, call.Accumulate, (accumulate, i, end) =>
        {
            for (; bias == null && i <= end - 16; i += 16)
            {
                var sum = Vector512.ConvertToInt32(Vector512.Load(x + i));
                (accumulate ? sum + Vector512.Load(y + i) : sum).Store(y + i);
            }
            for (; i < end; i++)
                y[i] = (accumulate ? y[i] : 0) + (int)x[i] + (bias == null ? 0 : bias[i % channels]);
        });
    }

    private Action Wide(WideProduct product) => Rows(product.Rows, product.RowElements, product,
        IsPortable ? WideProduct.Run<PortableWideKernel> : WideProduct.Run<Avx2WideKernel>);

    private static void Softmax(sbyte* row, float* table, byte* probabilities, int columns)
    {
        var (max, sum) = (-128, 0f);
        for (var c = 0; c < columns; c++)
            max = Math.Max(max, row[c]);
        for (var c = 0; c < columns; c++)
            sum += table[max - row[c]];
        var inverse = SoftmaxFormula.Inverse(sum);
        for (var c = 0; c < columns; c++)
            probabilities[c] = (byte)SoftmaxFormula.Probability(table[max - row[c]], inverse);
    }

    private IntShape ShapeOf(IntGemmCall call) => IntShape.OfGemm(call.A.Shape[0], call.A.Shape[1], call.B.Shape[0], ElementBytes);

    private IntShape ShapeOf(IntConv2DCall call) =>
        new(call.Input.Shape[0], call.Input.Shape[3], call.Kernel.Shape[0], call.Window, ElementBytes);

    private int ElementBytes => isa.UsesVnni ? VnniIntKernels.ElementBytes : Avx2IntKernels.ElementBytes;

    /// <summary>Packed weights lie in the workspace, before the strips, unless the call has memory for them.</summary>
    private ProductWork Product(IntShape shape, KernelCall kernelCall, in IntProductCall call)
    {
        var packed = kernelCall.Packed is null ? Scratch<byte>(kernelCall) : At<byte>(kernelCall.Packed);
        var strips = Scratch<byte>(kernelCall) + InWorkspace(kernelCall, shape.PackedBytes);
        return isa switch
        {
            { UsesVnni: true } => new IntProduct<VnniIntKernels>(shape, call, packed, strips).Prepare(pool),
            { Vectors: VectorSet.Avx512 } => new IntProduct<Avx512IntKernels>(shape, call, packed, strips).Prepare(pool),
            { Vectors: VectorSet.Avx2 } => new IntProduct<Avx2IntKernels>(shape, call, packed, strips).Prepare(pool),
            _ => new IntProduct<PortableIntKernels>(shape, call, packed, strips).Prepare(pool),
        };
    }

    private Action<IntChannels, int, int> ChannelRows =>
        IsPortable ? IntChannels.Run<PortableIntKernels> : IntChannels.Run<Avx2IntKernels>;

    /// <summary>Work on rows of so many elements, cut into chunks by number; <paramref name="body"/> does the rows of a range.</summary>
    private Action Rows<T>(int rows, int rowElements, T state, Action<T, int, int> body)
    {
        var chunk = Math.Max(1, ChunkElements / rowElements);
        PoolJob job = (part, _) => body(state, part * chunk, Math.Min(rows, (part + 1) * chunk));
        return () => pool.Run((rows + chunk - 1) / chunk, job);
    }
}
