using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;

namespace GpuQuant.Training;

/// <summary>
/// A stretch of epochs in which the layers behave alike: the programs of its steps, one for full batches and one for what an epoch leaves
/// over, and of its validation. All segments of a training share its parameters.
/// </summary>
internal sealed class TrainingSegment : IDisposable
{
    private readonly GraphProgram _full;
    private readonly GraphProgram? _rest;
    private readonly Action<BatchPosition>? _prepareFull, _prepareRest;

    /// <summary>Plans the programs.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="graph">The net.</param>
    /// <param name="state">How its layers behave.</param>
    /// <param name="parameters">Its parameters and gradients.</param>
    /// <param name="update">What follows on the gradients in each step.</param>
    /// <param name="validated">The parameters to validate with.</param>
    /// <param name="stage">What is made of the batches, or null.</param>
    /// <param name="batch">Samples of a full batch.</param>
    /// <param name="rest">Samples of an epoch's last batch; 0: it is a full one.</param>
    /// <param name="preprocessing">How samples to validate with become input; null plans no validation.</param>
    public TrainingSegment(Backend backend, Graph graph, LayerState state, DeviceParameters parameters, IReadOnlyList<KernelCall> update,
        DeviceParameters validated, BatchStage? stage, int batch, int rest, Preprocessing? preprocessing)
    {
        State = state;
        graph = state.Apply(graph);
        var loss = stage?.Loss ?? new SoftmaxCrossEntropyLoss();
        try
        {
            _full = GraphProgram.ForTraining(graph, parameters, backend, batch, loss, update);
            _rest = rest == 0 ? null : GraphProgram.ForTraining(graph, parameters, backend, rest, loss, update);
            Validator = preprocessing is null ? null : new Predictor(backend, graph, validated, preprocessing, batch);
            (_prepareFull, _prepareRest) = (stage?.Bind(_full), _rest is null ? null : stage?.Bind(_rest));
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

    /// <summary>The program of a step on so many samples, and what is to be run before it, if anything.</summary>
    public (GraphProgram Program, Action<BatchPosition>? Prepare) StepOf(int samples) =>
        samples == _full.Batch ? (_full, _prepareFull) : (_rest!, _prepareRest);

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        _full?.Dispose(); // null if the constructor failed
        _rest?.Dispose();
        Validator?.Dispose();
    }
}
