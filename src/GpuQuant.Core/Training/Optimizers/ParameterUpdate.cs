using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Optimizers;

/// <summary>
/// What a training makes of gradients: their mean over several batches, clipping, the optimizer's step, and the moving average of the
/// parameters. Without accumulation all of it belongs to the program of a batch; with it, a program adds its gradients to the mean, and
/// the rest is run after the last batch of a step.
/// </summary>
internal sealed class ParameterUpdate
{
    private readonly Backend _backend;
    private readonly TrainingOptions _options;
    private readonly int _stepsPerEpoch;
    private readonly OptimizerState _optimizer;
    private readonly StepValue? _batchShare, _averageShare;
    private readonly Action[] _finish = [], _endEpoch = [];
    private int _samples, _added;

    /// <summary>Takes memory for state and makes the calls.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="graph">The net.</param>
    /// <param name="parameters">Its parameters and gradients on the device.</param>
    /// <param name="averages">
    /// Their averages, which begin with the same values; null without <see cref="TrainingOptions.AverageDecay"/>.
    /// </param>
    /// <param name="options">How to train.</param>
    /// <param name="batchesPerEpoch">Batches of an epoch.</param>
    public ParameterUpdate(Backend backend, Graph graph, DeviceParameters parameters, DeviceParameters? averages, TrainingOptions options,
        int batchesPerEpoch)
    {
        (_backend, _options, Kept) = (backend, options, averages ?? parameters);
        _stepsPerEpoch = (batchesPerEpoch + options.Accumulate - 1) / options.Accumulate;
        _optimizer = options.Optimizer.Start(parameters);
        State = StateOf(graph, averages);
        KernelCall[] calls = [.. Clipping(parameters), .. _optimizer.Calls];
        if (averages is not null)
        {
            _averageShare = new(parameters.Take("average.share", DType.Float32, new Shape(1)), (step, _) =>
                (float)(1 - Math.Min(options.AverageDecay!.Value, (1.0 + step) / (10.0 + step))));
            calls = [.. calls, .. Averaging(graph, parameters, averages, _averageShare.Target)];
            _endEpoch = [.. QuantizerParameters(graph)
                .Select(name => new CopyCall(parameters[name], averages[name]).Prepare(backend.Primitives))];
        }
        ProgramCalls = calls;
        if (options.Accumulate == 1)
            return;
        var mean = parameters.Take("gradients.mean", DType.Float32, parameters.Gradients!.Shape);
        _batchShare = new(parameters.Take("gradients.share", DType.Float32, new Shape(1)), (_, _) => (float)_added / _samples);
        ProgramCalls = [new MovingAverageCall(parameters.Gradients, mean, _batchShare.Target)];
        _finish = [.. calls.Prepend(new CopyCall(mean, parameters.Gradients))
            .Select(call => WithWorkspace(parameters, call).Prepare(backend.Primitives))];
    }

    /// <summary>What follows on the gradients in the program of each batch.</summary>
    public IReadOnlyList<KernelCall> ProgramCalls { get; }

    /// <summary>What a checkpoint must hold beside the parameters.</summary>
    public IReadOnlyDictionary<string, TensorView> State { get; }

    /// <summary>The parameters that are validated and kept: the averages where there are some.</summary>
    public DeviceParameters Kept { get; }

    /// <summary>Sets the numbers of a step, counted from 1, before the program of one of its batches.</summary>
    public void Prepare(long step, int samples)
    {
        (_samples, _added) = (_samples + samples, samples);
        var factor = _options.Schedule.FactorAt(step - 1, _stepsPerEpoch, _options.Epochs);
        _optimizer.Prepare(_backend, step, factor);
        _batchShare?.Set(_backend, step, factor);
        _averageShare?.Set(_backend, step, factor);
    }

    /// <summary>Does what is not a part of the program, after the last batch of a step.</summary>
    public void Finish()
    {
        _samples = 0;
        foreach (var call in _finish)
            call();
    }

    /// <summary>
    /// Brings the averages' quantizers up to date: ranges and steps that begin at 0, for unknown, are no numbers to average.
    /// </summary>
    public void EndEpoch()
    {
        foreach (var call in _endEpoch)
            call();
    }

    private IEnumerable<KernelCall> Clipping(DeviceParameters parameters)
    {
        if (_options.ClipValue is { } limit)
            yield return new ClampCall(parameters.Gradients!, limit);
        if (_options.ClipNorm is not { } norm)
            yield break;
        var factor = parameters.Take("clip.factor", DType.Float32, new Shape(1));
        yield return new ClipFactorCall(parameters.Gradients!, factor, norm);
        yield return new ScaleCall(parameters.Gradients!, factor);
    }

    private static IEnumerable<KernelCall> Averaging(
        Graph graph, DeviceParameters parameters, DeviceParameters averages, TensorView share) =>
        graph.Parameters.Where(p => !p.Spec.Trainable).Select(p => p.Name).Except(QuantizerParameters(graph))
            .Select(name => new MovingAverageCall(parameters[name], averages[name], share))
            .Prepend(new MovingAverageCall(parameters.Trainable!, averages.Trainable!, share));

    private static IEnumerable<string> QuantizerParameters(Graph graph) =>
        from node in graph.Nodes
        from spec in node.Parameters
        where node.Op is FakeQuantizeOp || spec.Name == KernelQuantizer.StepName
        select node.FullName(spec);

    private Dictionary<string, TensorView> StateOf(Graph graph, DeviceParameters? averages)
    {
        var state = new Dictionary<string, TensorView>(_optimizer.State);
        if (averages is not null)
            foreach (var (name, _) in graph.Parameters)
                state.Add($"average/{name}", averages[name]);
        return state;
    }

    private KernelCall WithWorkspace(DeviceParameters parameters, KernelCall call)
    {
        var bytes = _backend.WorkspaceBytes(call);
        return bytes == 0 ? call : call with { Workspace = parameters.Take("workspace", DType.UInt8, new Shape(checked((int)bytes))) };
    }
}
