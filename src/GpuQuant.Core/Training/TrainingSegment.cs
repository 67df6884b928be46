using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Training.Rules;

namespace GpuQuant.Training;

/// <summary>
/// A stretch of epochs in which the layers behave alike: the programs of its steps, one for full batches and one for what an epoch leaves
/// over, and of its validation. All segments of a training share its parameters.
/// </summary>
internal sealed class TrainingSegment : IDisposable
{
    private readonly List<BatchStage> _stages = [];
    private readonly GraphProgram _full;
    private readonly GraphProgram? _rest;
    private readonly Action<BatchPosition>[] _prepareFull, _prepareRest;

    /// <summary>Plans the programs.</summary>
    /// <param name="state">How the net's layers behave.</param>
    /// <param name="context">The device, the net, its parameters with gradients, and the samples of a full batch.</param>
    /// <param name="update">What follows on the gradients in each step.</param>
    /// <param name="rules">What is made of the batches.</param>
    /// <param name="rest">Samples of an epoch's last batch; 0: it is a full one.</param>
    /// <param name="validated">The parameters to validate with; null: there are no samples for it.</param>
    public TrainingSegment(LayerState state, BatchContext context, IReadOnlyList<KernelCall> update, IReadOnlyList<BatchRule> rules, int rest,
        DeviceParameters? validated)
    {
        State = state;
        context = context with { Graph = state.Apply(context.Graph) };
        try
        {
            foreach (var rule in rules)
                if (rule.Start(context) is { } stage)
                    _stages.Add(stage);
            var loss = _stages.Select(stage => stage.Loss).OfType<Loss>().SingleOrDefault() ?? Loss.For(context.Graph);
            var trained = rules.Aggregate(context.Graph, (graph, rule) => rule.Prepare(graph));
            _full = Plan(context.Batch);
            _rest = rest == 0 ? null : Plan(rest);
            Validator = validated is null
                ? null
                : new Predictor(context.Backend, context.Graph, validated, context.Preprocessing, context.Batch);
            _prepareFull = [.. _stages.Select(stage => stage.Bind(_full))];
            _prepareRest = _rest is null ? [] : [.. _stages.Select(stage => stage.Bind(_rest))];

            GraphProgram Plan(int batch) =>
                GraphProgram.ForTraining(trained, context.Parameters, context.Backend, batch, loss, update);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>How the layers behave.</summary>
    public LayerState State { get; }

    /// <summary>Samples of a full batch.</summary>
    public int Batch => _full.Batch;

    /// <summary>The memory of a full step.</summary>
    public long ArenaBytes => _full.ArenaBytes;

    /// <summary>Predicts with the parameters that would be kept now; null without a validation split.</summary>
    public Predictor? Validator { get; }

    /// <summary>The program of a step on so many samples, and what is to be run before it, in order.</summary>
    public (GraphProgram Program, Action<BatchPosition>[] Prepare) StepOf(int samples) =>
        samples == _full.Batch ? (_full, _prepareFull) : (_rest!, _prepareRest);

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        _full?.Dispose(); // null if the constructor failed
        _rest?.Dispose();
        Validator?.Dispose();
        foreach (var stage in _stages)
            stage.Dispose();
    }
}
