using GpuQuant.Kernels;
using GpuQuant.Numerics;
using ILGPU;

namespace GpuQuant.Backends.Ilgpu;

/// <summary>Recurrent layers, a launch or two per step, and embeddings.</summary>
internal sealed partial class IlgpuPrimitives
{
    // The states of even and odd steps and the cells, or the gradients of state and cell.
    private const int SequenceScratch = 3;

    public Action Prepare(LstmForwardCall call) => Forward(call, sizes => kernels.Bind(
        LstmKernel.Forward, sizes.States, Floats(call.Gates), Floats(call.Recurrent), Optional<float>(call.Masks, call.Gates), Scratch(call),
        Floats(call.Output), Optional<float>(call.States, call.Gates), Optional<float>(call.Cells, call.Gates), sizes), call.States);

    public Action Prepare(LstmBackwardCall call) => Backward(call, call.RecurrentGradients, sizes => kernels.Bind(
        LstmKernel.Backward, sizes.States, Floats(call.Gates), Floats(call.Cells), Floats(call.OutputGradient), Scratch(call),
        Floats(call.GateGradients), Floats(call.RecurrentGradients), sizes));

    public Action Prepare(GruForwardCall call) => Forward(call, sizes => kernels.Bind(
        GruKernel.Forward, sizes.States, Floats(call.Gates), Floats(call.Recurrent), Floats(call.RecurrentBias),
        Optional<float>(call.Masks, call.Gates), Scratch(call), Floats(call.Output), Optional<float>(call.States, call.Gates),
        Optional<float>(call.Candidates, call.Gates), sizes), call.States);

    public Action Prepare(GruBackwardCall call) => Backward(call, call.RecurrentGradients, sizes => kernels.Bind(
        GruKernel.Backward, sizes.States, Floats(call.Gates), Floats(call.States), Floats(call.Candidates), Floats(call.OutputGradient),
        Scratch(call), Floats(call.GateGradients), Floats(call.RecurrentGradients), sizes));

    public Action Prepare(EmbeddingCall call) => call.Table.Type == DType.Int8
        ? kernels.Bind(
            EmbeddingKernel.GatherInt8, call.Output.Count, Ints(call.Tokens), Int8s(call.Table), Int8s(call.Output), call.Table.Shape[0],
            call.Table.Shape[1])
        : kernels.Bind(
            EmbeddingKernel.Gather, call.Output.Count, Ints(call.Tokens), Floats(call.Table), Floats(call.Output), call.Table.Shape[0],
            call.Table.Shape[1]);

    public Action Prepare(IntLstmCall call) => Steps(call, sizes => kernels.Bind(
        IntLstmKernel.Forward, sizes.States, Ints(call.Gates), Int8s(call.Recurrent), Ints(call.Multipliers), Ints(call.Shifts),
        IlgpuMemory.View<int>(call.Workspace!), Int8s(call.Output), call.State, sizes));

    public Action Prepare(IntGruCall call) => Steps(call, sizes => kernels.Bind(
        IntGruKernel.Forward, sizes.States, Ints(call.Gates), Int8s(call.Recurrent), Ints(call.RecurrentBias), Ints(call.Multipliers),
        Ints(call.Shifts), IlgpuMemory.View<int>(call.Workspace!), Int8s(call.Output), call.State, sizes));

    public Action Prepare(EmbeddingBackwardCall call)
    {
        var (tokens, count, links) = (Ints(call.Tokens), call.Tokens.Count, IlgpuMemory.View<int>(call.Workspace!));
        var (words, width) = (call.TableGradient.Shape[0], call.TableGradient.Shape[1]);
        var (next, isFirst) = (links.SubView(0, count), links.SubView(count, count));
        return kernels.Bind(ElementWiseKernel.Fill, call.TableGradient.Count, Floats(call.TableGradient), 0f)
            + kernels.Bind(EmbeddingKernel.Link, count, tokens, next, isFirst, count)
            + kernels.Bind(EmbeddingKernel.Sum, count * width, tokens, next, isFirst, Floats(call.OutputGradient),
                Floats(call.TableGradient), count, words, width);
    }

    public Action Prepare(ScaleChannelsCall call) => kernels.Bind(
        ElementWiseKernel.ScaleChannels, call.Input.Count, Floats(call.Input), Floats(call.Factors), Floats(call.Output),
        call.Positions * call.Channels, call.Channels);

    public Action Prepare(BinaryCrossEntropyCall call)
    {
        var columns = call.Logits.Shape[^1];
        return kernels.Bind(
            SoftmaxKernel.BinaryCrossEntropy, call.Logits.Count / columns, Floats(call.Logits), Floats(call.Targets),
            Floats(call.Statistics), Floats(call.LogitsGradient), call.Logits.Count / columns, columns);
    }

    private static long SequenceBytes(SequenceCall call) => sizeof(float) * (long)SequenceScratch * call.Batch * call.Units;

    private static Action Steps(IntSequenceCall call, Func<IntSequenceSizes, Action> step) => InOrder(Enumerable.Range(0, call.Steps).Select(
        at => step(new(call.Batch, call.Steps, call.Units, call.GateCount, at, Flag(call.IsSimulated)))));

    private static SequenceSizes Sizes(SequenceCall call, int step, TensorView? kept) =>
        new(call.Batch, call.Steps, call.Units, call.GateCount, step, Flag(call.Masks), Flag(kept));

    private static Action Forward(SequenceCall call, Func<SequenceSizes, Action> step, TensorView? kept) =>
        InOrder(Enumerable.Range(0, call.Steps).Select(at => step(Sizes(call, at, kept))));

    private Action Backward(SequenceCall call, TensorView gradients, Func<SequenceSizes, Action> step) =>
        InOrder(Enumerable.Range(0, call.Steps).Reverse().SelectMany(at =>
        {
            var sizes = Sizes(call, at, null);
            var state = kernels.Bind(SequenceKernel.StateBackward, sizes.States, Floats(gradients), Floats(call.Recurrent),
                Optional<float>(call.Masks, call.Gates), Scratch(call), sizes);
            return new[] { step(sizes), state };
        }));

    private static Action InOrder(IEnumerable<Action> launches)
    {
        var all = launches.ToArray();
        return () =>
        {
            foreach (var launch in all)
                launch();
        };
    }
}
