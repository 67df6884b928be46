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
    private readonly Action[] _packings;
    private readonly (Action Load, Action Store)[] _passes = [];

    private GraphProgram(Backend backend, ProgramLayout layout)
    {
        (_backend, Batch, Calls, ArenaBytes) = (backend, layout.Plan.Batch * layout.Passes, layout.Calls, layout.Bytes);
        (Input, Output, Targets, Statistics) = (layout.Input, layout.Output, layout.Targets, layout.Statistics);
        (RandomPosition, Mixing, InputGradient) = (layout.RandomPosition, layout.Mixing, layout.InputGradient);
        _arena = backend.Allocate(layout.Bytes);
        foreach (var (storage, offset) in layout.Arena.Places)
            storage.Place(_arena, offset);
        var beside = layout.Arena.Bytes;
        foreach (var storage in layout.Packed)
            beside = PlaceBeside(storage, beside);
        _steps = [.. Calls.Select(entry => entry.Call.Prepare(backend.Primitives))];
        _packings = [.. Calls.Where(entry => entry.Call.Packed is not null).Select(entry => backend.PreparePacking(entry.Call))];
        if (layout.Passes == 1)
            return;
        Input = Whole(layout.Input, layout.Passes);
        beside = PlaceBeside(Input.Storage, beside);
        Output = Whole(layout.Output, layout.Passes);
        PlaceBeside(Output.Storage, beside);
        _passes = [.. Enumerable.Range(0, layout.Passes).Select(pass => (
            new CopyCall(Part(Input, layout.Input, pass), layout.Input).Prepare(backend.Primitives),
            new CopyCall(layout.Output, Part(Output, layout.Output, pass)).Prepare(backend.Primitives)))];
    }

    /// <summary>Samples per run.</summary>
    public int Batch { get; }

    /// <summary>The samples, batch first.</summary>
    public TensorView Input { get; }

    /// <summary>The net's output, batch first; in training, the logits.</summary>
    public TensorView Output { get; }

    /// <summary>Where there is a loss, the target distributions, batch x classes.</summary>
    public TensorView? Targets { get; }

    /// <summary>In training, the batch's summed loss and its number of correct samples.</summary>
    public TensorView? Statistics { get; }

    /// <summary>
    /// The gradient of the batch's mean loss with respect to <see cref="Input"/>, or to what an embedding makes of it; null where none was
    /// asked for.
    /// </summary>
    public TensorView? InputGradient { get; }

    /// <summary>
    /// Where the random draws of a step stand, to be uploaded before it (<see cref="DropoutCall.Position"/>); null if there are none.
    /// </summary>
    public TensorView? RandomPosition { get; }

    /// <summary>
    /// How the samples are mixed, to be uploaded before each step (<see cref="MixSamplesOp"/>); null if nothing mixes them.
    /// </summary>
    public TensorView? Mixing { get; }

    /// <summary>
    /// The calls of a run, in order, with the layer each belongs to. An inference over a large batch may make them several times, each
    /// time over a part of the samples that stays in the device's cache.
    /// </summary>
    public IReadOnlyList<(KernelCall Call, Node? Node)> Calls { get; }

    /// <summary>How often a run makes its calls, each time over another part of the batch.</summary>
    public int Passes => Math.Max(1, _passes.Length);

    /// <summary>The memory of all activations, gradients and workspaces.</summary>
    public long ArenaBytes { get; }

    /// <summary>Compiles the forward pass; the results do not depend on how the batch is cut for the device's cache.</summary>
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
        return Fit(backend, batch, size => ProgramLayout.InCache(backend, size, (samples, isPart) =>
        {
            var plan = new Plan(graph, samples, false, arithmetic, name => parameters[name], name => parameters.Gradient(name));
            var last = output is null ? graph.Output : graph[output];
            plan.Forward(last);
            if (output is null)
                FuseCalls.Apply(plan.Calls, plan.Value(last));
            return new ProgramLayout(backend, plan, plan.Value(last), isPart: isPart);
        }));
    }

    /// <summary>Compiles a forward pass in which a call looks at every layer's output: calibration, comparison of devices.</summary>
    /// <param name="graph">The graph, taken as it is.</param>
    /// <param name="parameters">Its parameters on the device.</param>
    /// <param name="backend">The device.</param>
    /// <param name="batch">Samples per run.</param>
    /// <param name="observe">The call for a layer and its output; null for a layer that is not looked at.</param>
    /// <param name="arithmetic">How integer layers are computed.</param>
    /// <param name="observeSteps">
    /// The call for a recurrent layer and the values of <see cref="RecurrentOp.StepNames"/> at all steps; null where nobody looks at them.
    /// </param>
    public static GraphProgram ForObservation(
        Graph graph, DeviceParameters parameters, Backend backend, int batch, Func<Node, TensorView, KernelCall?> observe,
        Arithmetic arithmetic = Arithmetic.Native, Func<Node, string, TensorView, KernelCall?>? observeSteps = null) =>
        Fit(backend, batch, size =>
        {
            var plan = new Plan(graph, size, false, arithmetic, name => parameters[name], name => parameters.Gradient(name));
            plan.Forward(graph.Output, observe, observeSteps);
            return new ProgramLayout(backend, plan, plan.Value(graph.Output));
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
        graph = FuseActivations.Apply(graph, keepsOutput: true);
        return Fit(backend, batch, size =>
        {
            var plan = new Plan(graph, size, true, Arithmetic.Native, name => parameters[name], name => parameters.Gradient(name));
            var (logits, targets, statistics) = Differentiate(plan, loss);
            foreach (var (name, spec) in graph.Parameters.Where(p => p.Spec.Trainable && p.Spec.L2 > 0))
                plan.Emit(new ScaledAddCall(2 * spec.L2, parameters[name], parameters.Gradient(name)));
            foreach (var call in update)
                plan.Emit(call);
            return new ProgramLayout(backend, plan, logits, targets, statistics);
        });
    }

    /// <summary>
    /// Compiles what an attack needs: forward as in evaluation (running statistics, no dropout), loss, and backward to the samples alone.
    /// Nothing computes the parameters' gradients, and parameters stay as they are.
    /// </summary>
    /// <param name="graph">The graph; each of its layers must have a gradient.</param>
    /// <param name="parameters">Its parameters on the device, those in training for example.</param>
    /// <param name="backend">The device.</param>
    /// <param name="batch">Samples per run.</param>
    /// <param name="loss">What is differentiated.</param>
    /// <exception cref="UsageException">The net takes word numbers, or one of its layers has no gradient.</exception>
    /// <exception cref="ComputationException">The plan does not fit the device.</exception>
    public static GraphProgram ForInputGradient(Graph graph, DeviceParameters parameters, Backend backend, int batch, Loss loss)
    {
        return graph.Input.Output.Type == DType.Float32
            ? ForGradient(graph, graph.Input, parameters, backend, batch, loss)
            : throw new UsageException($"The net takes {graph.Input.Output}; only {DType.Float32} input has a gradient.");
    }

    /// <summary>
    /// As <see cref="ForInputGradient"/> for a net that takes word numbers: <see cref="InputGradient"/> is that of its embedding's output,
    /// batch x words x width.
    /// </summary>
    /// <exception cref="UsageException">The net has no embedding, or one of its layers has no gradient.</exception>
    /// <exception cref="ComputationException">The plan does not fit the device.</exception>
    public static GraphProgram ForEmbeddingGradient(Graph graph, DeviceParameters parameters, Backend backend, int batch, Loss loss) =>
        ForGradient(graph, EmbeddingOp.Of(graph), parameters, backend, batch, loss);

    /// <summary>Enqueues all calls.</summary>
    public void Run()
    {
        if (_passes.Length == 0)
            RunSteps();
        foreach (var pack in _packings)
            pack();
        foreach (var (load, store) in _passes)
        {
            load();
            RunSteps();
            store();
        }
    }

    /// <summary>Gives the arena back.</summary>
    public void Dispose() => _backend.Free(_arena);

    /// <summary>Plans forward, loss and backward.</summary>
    private static (TensorView Logits, TensorView Targets, TensorView Statistics) Differentiate(Plan plan, Loss loss)
    {
        var last = loss.Logits(plan.Graph);
        plan.Forward(last);
        var logits = plan.Value(last);
        var targets = Plan.NewStorage("targets", DType.Float32, logits.Shape);
        var statistics = Plan.NewStorage("statistics", DType.Float32, new Shape(2));
        var gradient = Plan.NewStorage("loss.gradient", DType.Float32, logits.Shape);
        foreach (var call in loss.Calls(logits, targets, statistics, gradient))
            plan.Emit(call);
        plan.Backward(last, gradient);
        return (logits, targets, statistics);
    }

    /// <summary>Compiles the way to a layer's gradient and nothing else.</summary>
    private static GraphProgram ForGradient(
        Graph graph, Node layer, DeviceParameters parameters, Backend backend, int batch, Loss loss)
    {
        graph = FuseActivations.Apply(graph, keepsOutput: true);
        return Fit(backend, batch, size =>
        {
            var unused = graph.Parameters.ToDictionary(
                p => p.Name, p => Plan.NewStorage($"{p.Name}.gradient", DType.Float32, p.Spec.Shape));
            var plan = new Plan(graph, size, false, Arithmetic.Native, name => parameters[name], name => unused[name],
                needsInputGradient: true);
            var (logits, targets, _) = Differentiate(plan, loss);
            var gradient = plan.Gradient(graph[layer.Name]);
            RemoveUnusedCalls.Apply(plan.Calls, [logits, gradient]);
            FuseCalls.Apply(plan.Calls, logits);
            return new ProgramLayout(backend, plan, logits, targets, inputGradient: gradient);
        });
    }

    private void RunSteps()
    {
        foreach (var step in _steps)
            step();
    }

    private static GraphProgram Fit(Backend backend, int batch, Func<int, ProgramLayout> plan)
    {
        var free = Math.Max(0, backend.Device.MemoryBytes - backend.AllocatedBytes);
        var layout = plan(batch);
        if (layout.Bytes <= free)
            return new GraphProgram(backend, layout);
        var fitting = batch / 2;
        while (fitting > 0 && plan(fitting).Bytes > free)
            fitting /= 2;
        throw new ComputationException(
            $"A batch of {batch} needs {(layout.Bytes + (1 << 20) - 1) >> 20} MiB on {backend.Device.Name}, which has {free >> 20} MiB "
            + $"free. {(fitting > 0 ? $"A batch size of {fitting} fits." : "Not even a batch of 1 fits.")}");
    }

    /// <summary>Puts storage that lives through all passes behind the arena that they share; returns where the next may begin.</summary>
    private long PlaceBeside(Storage storage, long offset)
    {
        storage.Place(_arena, offset);
        return offset + ProgramLayout.Aligned(storage.Bytes);
    }

    /// <summary>Room for what all passes take or give.</summary>
    private static TensorView Whole(TensorView part, int passes) => new(
        new Storage(part.Storage.Name, passes * part.Bytes), part.Type, new Shape([part.Shape[0] * passes, .. part.Shape.Dims[1..]]));

    private static TensorView Part(TensorView whole, TensorView part, int pass) => whole.Slice((long)pass * part.Count, part.Shape);
}
