using GpuQuant.Graphs;

namespace GpuQuant.Training;

/// <summary>How fake-quantizers and batch normalizations behave in a stretch of epochs.</summary>
/// <param name="IsQuantized">Whether values and weights are quantized; else ranges are only watched.</param>
/// <param name="RangesMove">Whether the batches move the ranges.</param>
/// <param name="NormsMove">Whether batch normalizations use the batch's statistics and move the running ones.</param>
internal readonly record struct LayerState(bool IsQuantized, bool RangesMove, bool NormsMove)
{
    /// <summary>The graph whose layers behave so; layers and parameters keep their names.</summary>
    public Graph Apply(Graph graph)
    {
        var state = this;
        return state == new LayerState(true, true, true)
            ? graph
            : GraphRewriter.Rewrite(graph, (node, inputs, builder) => builder.Add(state.Apply(node.Op), inputs, node.Name));
    }

    private Op Apply(Op op) => op switch
    {
        FakeQuantizeOp quantizer => quantizer with { IsObserver = !IsQuantized, Momentum = RangesMove ? quantizer.Momentum : 1 },
        Conv2DOp convolution when !IsQuantized => convolution with { Weights = null },
        DenseOp dense when !IsQuantized => dense with { Weights = null },
        FoldedConv2DOp folded => new FoldedConv2DOp((Conv2DOp)Apply(folded.Convolution), (BatchNormOp)Apply(folded.Norm)),
        BatchNormOp norm => norm with { IsFrozen = !NormsMove },
        _ => op,
    };
}
