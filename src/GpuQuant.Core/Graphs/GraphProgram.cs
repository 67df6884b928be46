using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>
/// A graph compiled for one device and one batch size: a list of bound calls over one arena. <see cref="Run"/> replays it and allocates
/// nothing. Upload to <see cref="Input"/> before, download <see cref="Output"/> after.
/// </summary>
public sealed class GraphProgram : IDisposable
{
    private readonly Backend _backend;
    private readonly DeviceMemory _arena;
    private readonly Action[] _steps;

    private GraphProgram(Backend backend, Plan plan, TensorView output, TensorView? targets, TensorView? statistics)
    {
        (_backend, Batch, Input, Output, Targets, Statistics) =
            (backend, plan.Batch, plan.Value(plan.Graph.Input), output, targets, statistics);
        RandomPosition = plan.IsRandom ? plan.RandomPosition : null;
        Calls = [.. plan.Calls.Select(entry => (WithWorkspace(backend, entry.Call), entry.Node))];
        var calls = Calls.Select(entry => entry.Call).ToArray();
        var layout = ArenaLayout.Of(calls, Storages(Input, Output, Targets, Statistics, RandomPosition));
        _arena = backend.Allocate(layout.Bytes);
        ArenaBytes = layout.Bytes;
        foreach (var (storage, offset) in layout.Places)
            storage.Place(_arena, offset);
        _steps = [.. calls.Select(call => call.Prepare(backend.Primitives))];
    }

    /// <summary>Samples per run.</summary>
    public int Batch { get; }

    /// <summary>The samples, batch first.</summary>
    public TensorView Input { get; }

    /// <summary>The net's output, batch first; in training, the logits.</summary>
    public TensorView Output { get; }

    /// <summary>In training, the target distributions, batch x classes.</summary>
    public TensorView? Targets { get; }

    /// <summary>In training, the batch's summed loss and its number of correct samples.</summary>
    public TensorView? Statistics { get; }

    /// <summary>
    /// Where the random draws of a step stand, to be uploaded before it (<see cref="DropoutCall.Position"/>); null if there are none.
    /// </summary>
    public TensorView? RandomPosition { get; }

    /// <summary>The calls of a run, in order, with the layer each belongs to.</summary>
    public IReadOnlyList<(KernelCall Call, Node? Node)> Calls { get; }

    /// <summary>The memory of all activations, gradients and workspaces.</summary>
    public long ArenaBytes { get; }

    /// <summary>Compiles the forward pass.</summary>
    /// <param name="graph">The graph; activations are fused into the layers before them.</param>
    /// <param name="parameters">Its parameters on the device.</param>
    /// <param name="backend">The device.</param>
    /// <param name="batch">Samples per run.</param>
    /// <param name="arithmetic">How integer layers are computed.</param>
    /// <param name="output">The layer whose output is wanted; null: the graph's output.</param>
    /// <exception cref="ComputationException">The plan does not fit the device; says what it needs and which batch would fit.</exception>
    public static GraphProgram ForInference(
        Graph graph, DeviceParameters parameters, Backend backend, int batch, Arithmetic arithmetic = Arithmetic.Native,
        string? output = null)
    {
        graph = output is null ? FuseActivations.Apply(graph) : graph;
        return Fit(backend, batch, size =>
        {
            var plan = new Plan(graph, size, false, arithmetic, name => parameters[name], name => parameters.Gradient(name));
            var last = output is null ? graph.Output : graph[output];
            plan.Forward(last);
            return (plan, plan.Value(last), null, null);
        });
    }

    /// <summary>Compiles a forward pass in which a call looks at every layer's output: calibration, comparison of devices.</summary>
    /// <param name="graph">The graph, taken as it is.</param>
    /// <param name="parameters">Its parameters on the device.</param>
    /// <param name="backend">The device.</param>
    /// <param name="batch">Samples per run.</param>
    /// <param name="observe">The call for a layer and its output.</param>
    /// <param name="arithmetic">How integer layers are computed.</param>
    public static GraphProgram ForObservation(
        Graph graph, DeviceParameters parameters, Backend backend, int batch, Func<Node, TensorView, KernelCall> observe,
        Arithmetic arithmetic = Arithmetic.Native) =>
        Fit(backend, batch, size =>
        {
            var plan = new Plan(graph, size, false, arithmetic, name => parameters[name], name => parameters.Gradient(name));
            plan.Forward(graph.Output, observe);
            return (plan, plan.Value(graph.Output), null, null);
        });

    /// <summary>Compiles a training step: forward, loss, backward, L2 of the parameters that have it, update.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="parameters">Its parameters and gradients on the device.</param>
    /// <param name="backend">The device.</param>
    /// <param name="batch">Samples per step.</param>
    /// <param name="loss">What is minimized.</param>
    /// <param name="update">The optimizer's calls, which turn gradients into new parameters; none leaves the parameters alone.</param>
    /// <exception cref="ComputationException">The plan does not fit the device.</exception>
    public static GraphProgram ForTraining(
        Graph graph, DeviceParameters parameters, Backend backend, int batch, Loss loss, IReadOnlyList<KernelCall> update)
    {
        graph = FuseActivations.Apply(graph);
        return Fit(backend, batch, size =>
        {
            var plan = new Plan(graph, size, true, Arithmetic.Native, name => parameters[name], name => parameters.Gradient(name));
            var last = loss.Logits(graph);
            plan.Forward(last);
            var logits = plan.Value(last);
            var targets = Plan.NewStorage("targets", DType.Float32, logits.Shape);
            var perSample = Plan.NewStorage("loss", DType.Float32, new Shape(size, 2));
            var statistics = Plan.NewStorage("statistics", DType.Float32, new Shape(2));
            var gradient = Plan.NewStorage("loss.gradient", DType.Float32, logits.Shape);
            plan.Emit(loss.Call(logits, targets, perSample, gradient));
            plan.Emit(new ReduceRowsCall(perSample, statistics));
            plan.Backward(last, gradient);
            foreach (var (name, spec) in graph.Parameters.Where(p => p.Spec.Trainable && p.Spec.L2 > 0))
                plan.Emit(new ScaledAddCall(2 * spec.L2, parameters[name], parameters.Gradient(name)));
            foreach (var call in update)
                plan.Emit(call);
            return (plan, logits, targets, statistics);
        });
    }

    /// <summary>Enqueues all calls.</summary>
    public void Run()
    {
        foreach (var step in _steps)
            step();
    }

    /// <summary>Gives the arena back.</summary>
    public void Dispose() => _backend.Free(_arena);

    private static GraphProgram Fit(
        Backend backend, int batch, Func<int, (Plan Plan, TensorView Output, TensorView? Targets, TensorView? Statistics)> plan)
    {
        var free = Math.Max(0, backend.Device.MemoryBytes - backend.AllocatedBytes);
        var needed = Needed(batch);
        if (needed <= free)
        {
            var (planned, output, targets, statistics) = plan(batch);
            return new GraphProgram(backend, planned, output, targets, statistics);
        }
        var fitting = batch / 2;
        while (fitting > 0 && Needed(fitting) > free)
            fitting /= 2;
        throw new ComputationException(
            $"A batch of {batch} needs {(needed + (1 << 20) - 1) >> 20} MiB on {backend.Device.Name}, which has {free >> 20} MiB free. "
            + (fitting > 0 ? $"A batch size of {fitting} fits." : "Not even a batch of 1 fits."));

        long Needed(int size)
        {
            var (planned, output, targets, statistics) = plan(size);
            var calls = planned.Calls.Select(entry => WithWorkspace(backend, entry.Call)).ToArray();
            var position = planned.IsRandom ? planned.RandomPosition : null;
            return ArenaLayout.Of(calls, Storages(planned.Value(planned.Graph.Input), output, targets, statistics, position)).Bytes;
        }
    }

    private static KernelCall WithWorkspace(Backend backend, KernelCall call)
    {
        var bytes = backend.WorkspaceBytes(call);
        if (bytes == 0)
            return call;
        return call with { Workspace = new TensorView(new Storage("workspace", bytes), DType.UInt8, new Shape(checked((int)bytes))) };
    }

    /// <summary>What lives through the whole program.</summary>
    private static IEnumerable<Storage> Storages(params TensorView?[] views) =>
        views.OfType<TensorView>().Select(view => view.Storage).Distinct();
}
