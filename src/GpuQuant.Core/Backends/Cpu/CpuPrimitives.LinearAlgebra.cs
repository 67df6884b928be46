namespace GpuQuant.Backends.Cpu;

/// <summary>Float32 products: each is prepared for the tile that suits its sizes and the machine.</summary>
internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(GemmCall call) => ForGemm(call).Gemm(call, pool);

    public Action Prepare(Conv2DForwardCall call) => ForForward(call).Forward(call, pool).Of(call);

    public Action Prepare(Conv2DBackwardDataCall call) =>
        GreyGradient.Suits(call) ? GreyGradient.Prepare(call, pool) : ForBackwardData(call).BackwardData(call, pool);

    public Action Prepare(Conv2DBackwardWeightsCall call) => ForBackwardWeights(call).BackwardWeights(call, pool);

    private FloatProducts ForGemm(GemmCall call) => Choose(call.N, call.M);

    private FloatProducts ForForward(Conv2DForwardCall call) =>
        Choose(call.Output.Shape[3], FloatProducts.Rows(call.Window.OutWidth, call.Output.Shape[3]));

    private FloatProducts ForBackwardData(Conv2DBackwardDataCall call) =>
        Choose(call.InputGradient.Shape[3], FloatProducts.Rows(call.Window.Width, call.InputGradient.Shape[3]));

    private FloatProducts ForBackwardWeights(Conv2DBackwardWeightsCall call) =>
        Choose(call.OutputGradient.Shape[3], call.Window.KernelWidth * call.Input.Shape[3]);

    /// <summary>The tile for results of so many columns, whose rows come in runs of so many.</summary>
    private FloatProducts Choose(int columns, int rows) => isa.Vectors switch
    {
        VectorSet.Avx512 when columns % 48 == 0 && Filled(rows, 8) >= Filled(rows, 12) => FloatProducts<Tile8x48>.Instance,
        VectorSet.Avx512 when columns > 16 && Filled(rows, 12) >= 0.95 * Filled(rows, 8) => FloatProducts<Tile12x32>.Instance,
        VectorSet.Avx512 when columns > 16 => FloatProducts<Tile8x32>.Instance,
        VectorSet.Avx512 when Filled(rows, 16) >= 0.9 * Filled(rows, 8) => FloatProducts<Tile16x16>.Instance,
        VectorSet.Avx512 => FloatProducts<Tile8x16>.Instance,
        VectorSet.Avx2 => FloatProducts<Tile4x16Avx2>.Instance,
        _ => FloatProducts<Tile4x16Portable>.Instance,
    };

    /// <summary>The share of a tile's rows that runs of so many rows use.</summary>
    private static double Filled(int rows, int tileRows) => rows / (double)((rows + tileRows - 1) / tileRows * tileRows);
}
