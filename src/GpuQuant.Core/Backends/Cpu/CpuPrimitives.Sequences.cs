namespace GpuQuant.Backends.Cpu;

internal sealed unsafe partial class CpuPrimitives
{
    public Action Prepare(EmbeddingCall call) => EmbeddingRows.Prepare(call, pool);

    public Action Prepare(EmbeddingBackwardCall call) => EmbeddingRows.Prepare(call, pool);

    public Action Prepare(LstmForwardCall call) => new LstmForward(call, pool).Prepare();

    public Action Prepare(LstmBackwardCall call) => new LstmBackward(call, pool).Prepare();

    public Action Prepare(GruForwardCall call) => new GruForward(call, pool).Prepare();

    public Action Prepare(GruBackwardCall call) => new GruBackward(call, pool).Prepare();

    public Action Prepare(IntLstmCall call) => Walk(call, new IntLstmCells(call, !IsPortable));

    public Action Prepare(IntGruCall call) => Walk(call, new IntGruCells(call, !IsPortable));

    public Action Prepare(ScaleChannelsCall call)
    {
        var x = At<float>(call.Input);
        var factors = At<float>(call.Factors);
        var y = At<float>(call.Output);
        var (positions, channels) = (call.Positions, call.Channels);
        return PrepareRows(call.Input.Count / channels, channels, (begin, end) =>
        {
            for (var row = begin; row < end; row++)
            {
                var offset = (long)row * channels;
                ChannelFactors.Scale(x + offset, factors + (long)(row / positions) * channels, y + offset, channels);
            }
        });
    }

    private Action Walk(IntSequenceCall call, IntCells cells) => call.IsSimulated
        ? new IntSequence<SimulatedIntProducts>(call, cells, pool).Prepare()
        : isa switch
        {
            { UsesVnni: true } => new IntSequence<VnniIntKernels>(call, cells, pool).Prepare(),
            { Vectors: VectorSet.Avx512 } => new IntSequence<Avx512IntKernels>(call, cells, pool).Prepare(),
            { Vectors: VectorSet.Avx2 } => new IntSequence<Avx2IntKernels>(call, cells, pool).Prepare(),
            _ => new IntSequence<PortableIntKernels>(call, cells, pool).Prepare(),
        };
}
