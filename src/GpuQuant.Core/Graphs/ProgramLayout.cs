using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>A plan with its workspaces and the places of its tensors: all that a program needs before memory is taken.</summary>
internal sealed class ProgramLayout
{
    /// <summary>With fewer samples per thread and pass, starting the calls costs more than the cache gains.</summary>
    private const int LeastSamplesPerWorker = 2;

    /// <summary>Adds workspaces and lays out the arena.</summary>
    public ProgramLayout(Backend backend, Plan plan, TensorView output, TensorView? targets = null, TensorView? statistics = null,
        TensorView? inputGradient = null, bool isPart = false)
    {
        (Plan, Output, Targets, Statistics, InputGradient) = (plan, output, targets, statistics, inputGradient);
        RandomPosition = plan.IsRandom ? plan.RandomPosition : null;
        Mixing = plan.Mixes ? plan.Mixing : null;
        Calls = [.. plan.Calls.Select(entry => (WithWorkspace(backend, isPart ? WithPacked(backend, entry.Call) : entry.Call), entry.Node))];
        TensorView?[] wholeProgram = [Input, output, targets, statistics, RandomPosition, Mixing, inputGradient];
        Arena = ArenaLayout.Of([.. Calls.Select(entry => entry.Call)],
            wholeProgram.OfType<TensorView>().Select(view => view.Storage).Distinct());
    }

    /// <summary>The plan of one pass.</summary>
    public Plan Plan { get; }

    /// <summary>The calls of one pass, with their workspaces.</summary>
    public IReadOnlyList<(KernelCall Call, Node? Node)> Calls { get; }

    /// <summary>The places of one pass's tensors.</summary>
    public ArenaLayout Arena { get; }

    /// <summary>A pass's samples.</summary>
    public TensorView Input => Plan.Value(Plan.Graph.Input);

    /// <summary>A pass's output.</summary>
    public TensorView Output { get; }

    /// <summary>In training, the target distributions.</summary>
    public TensorView? Targets { get; }

    /// <summary>In training, loss and correct samples.</summary>
    public TensorView? Statistics { get; }

    /// <summary>The samples' gradient, if it is wanted.</summary>
    public TensorView? InputGradient { get; }

    /// <summary>Where random draws stand, if there are any.</summary>
    public TensorView? RandomPosition { get; }

    /// <summary>How samples are mixed, if they are.</summary>
    public TensorView? Mixing { get; }

    /// <summary>Passes per run, each over as many samples as the plan has.</summary>
    public int Passes { get; private set; } = 1;

    /// <summary>What a run needs: a pass's arena and, beside it, all samples and outputs where several passes share it.</summary>
    public long Bytes => Arena.Bytes
        + (Passes > 1 ? Aligned(Passes * Input.Bytes) + Aligned(Passes * Output.Bytes) + Packed.Sum(storage => Aligned(storage.Bytes)) : 0);

    /// <summary>Weights in the device's own layout, filled once for all passes; they live beside the arena.</summary>
    public IEnumerable<Storage> Packed => Calls.Select(entry => entry.Call.Packed).OfType<TensorView>().Select(view => view.Storage);

    /// <summary>The size rounded up to whole arena places.</summary>
    public static long Aligned(long bytes) => (bytes + 255) / 256 * 256;

    /// <summary>
    /// A layout for a whole batch, in passes over so few samples that their tensors stay in the device's cache: the greatest divisor of
    /// the batch that does, or the least that is worth a pass. Only for programs in which a sample's output depends on that sample alone.
    /// </summary>
    /// <param name="backend">The device.</param>
    /// <param name="batch">Samples per run.</param>
    /// <param name="plan">Plans a pass over some samples; the flag says whether they are a part of the batch.</param>
    public static ProgramLayout InCache(Backend backend, int batch, Func<int, bool, ProgramLayout> plan)
    {
        var layout = plan(batch, false);
        if (backend.CacheBytes == 0)
            return layout;
        foreach (var samples in PassSizes(batch, backend.Workers))
        {
            if (layout.Arena.Bytes <= backend.CacheBytes)
                break;
            layout = plan(samples, true);
            layout.Passes = batch / samples;
        }
        return layout;
    }

    /// <summary>The divisors of a batch that are worth a pass, greatest first; multiples of the number of workers, if there are any.</summary>
    private static int[] PassSizes(int batch, int workers)
    {
        var sizes = Enumerable.Range(2, Math.Max(0, batch - 1)).Where(passes => batch % passes == 0).Select(passes => batch / passes)
            .Where(samples => samples >= LeastSamplesPerWorker * workers).ToArray();
        var even = sizes.Where(samples => samples % workers == 0).ToArray();
        return even.Length > 0 ? even : sizes;
    }

    private static KernelCall WithWorkspace(Backend backend, KernelCall call)
    {
        var bytes = backend.WorkspaceBytes(call);
        if (bytes == 0)
            return call;
        return call with { Workspace = new TensorView(new Storage("workspace", bytes), DType.UInt8, new Shape(checked((int)bytes))) };
    }

    /// <summary>Weights that are parameters, not computed by another call, are laid out once for all passes.</summary>
    private static KernelCall WithPacked(Backend backend, KernelCall call)
    {
        var bytes = call.Weights is { Storage.IsPlaced: true } ? backend.PackedBytes(call) : 0;
        if (bytes == 0)
            return call;
        return call with { Packed = new TensorView(new Storage("packed", bytes), DType.UInt8, new Shape(checked((int)bytes))) };
    }
}
