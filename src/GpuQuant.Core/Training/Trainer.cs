using System.Diagnostics;
using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Training.Optimizers;
using GpuQuant.Training.Rules;

namespace GpuQuant.Training;

/// <summary>
/// The training loop: the only one, and the only place where parameters change. It checkpoints after every epoch and goes on from the
/// last checkpoint; the result has the same bytes whether or not it was interrupted.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly Backend _backend;
    private readonly IDataset _data;
    private readonly TrainingPhase _phase;
    private readonly TrainingOptions _options;
    private readonly Preprocessing _preprocessing;
    private readonly string? _checkpointPath;
    private readonly string _configuration;
    private readonly Graph _graph;
    private readonly DeviceParameters _parameters;
    private readonly DeviceParameters? _averages;
    private readonly ParameterUpdate _update;
    private readonly SampleRule[] _edits;
    private readonly BatchLoader _loader;
    private readonly IDataset? _judge;
    private readonly int[] _training, _order, _position;
    private readonly float[] _targets;
    private readonly float[] _statistics = new float[2];
    private TrainingSegment _segment;
    private int _epoch;
    private long _step;
    private double _bestAccuracy = -1;
    private ParameterSet? _best;
    private Gains _gains = Gains.None;

    /// <summary>Plans a training that is one plain phase.</summary>
    /// <inheritdoc cref="Trainer(Backend, TrainingPhase, IDataset, Preprocessing, string?, string, IDataset?)"/>
    public Trainer(Backend backend, Model model, IDataset data, Preprocessing preprocessing, TrainingOptions options,
        string? checkpointPath = null, string identity = "", IDataset? test = null)
        : this(backend, new TrainingPhase("training", model, options), data, preprocessing, checkpointPath, identity, test)
    {
    }

    /// <summary>Plans a phase of training.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="phase">The net with its first parameters, and how to train it.</param>
    /// <param name="data">The training set.</param>
    /// <param name="preprocessing">How its samples become input.</param>
    /// <param name="checkpointPath">Where the checkpoint goes; null keeps none. An existing one is gone on from.</param>
    /// <param name="identity">What else tells this training from others with the same data, net and options: strategy and phase.</param>
    /// <param name="test">The test set, for <see cref="Keep.BestOnTest"/>; otherwise not looked at.</param>
    /// <exception cref="UsageException">The options or the data do not fit the net.</exception>
    /// <exception cref="DataException">The checkpoint is damaged or belongs to another training.</exception>
    /// <exception cref="ComputationException">The plan does not fit the device.</exception>
    public Trainer(Backend backend, TrainingPhase phase, IDataset data, Preprocessing preprocessing, string? checkpointPath = null,
        string identity = "", IDataset? test = null)
    {
        var (model, options) = (phase.Model, phase.Options);
        options.Validate();
        phase.Schedule.Validate(options.Epochs);
        if (!model.Graph.Input.Output.Shape.Equals(data.SampleShape) || model.Graph.Output.Output.Shape.Count != data.Classes)
            throw new UsageException($"The net takes {model.Graph.Input.Output.Shape} and gives {model.Graph.Output.Output.Shape}; "
                + $"{data.Name} has samples of {data.SampleShape} in {data.Classes} classes.");
        foreach (var rule in phase.Batches)
        {
            rule.Validate();
            rule.Check(data);
        }
        (_backend, _data, _phase, _options, _graph) = (backend, data, phase, options, model.Graph);
        (_preprocessing, _checkpointPath) = (preprocessing, checkpointPath);
        _configuration = TrainingIdentity.Of(backend, phase, data, preprocessing, identity);
        var checkpoint = checkpointPath is null ? null : Checkpoint.Read(checkpointPath, _configuration);
        (_training, var validation) = EpochOrder.Split(data.Count, options.Validation, options.Seed);
        _judge = JudgeOf(validation, test);
        if (_training.Length == 0)
            throw new UsageException($"{data.Name} leaves no samples to train on.");
        if (!model.Graph.Parameters.Any(p => p.Spec.Trainable))
            throw new UsageException("The net has no trainable parameters: a quantized model can be evaluated, not trained.");
        _order = new int[_training.Length];
        _edits = [.. phase.Batches.OfType<SampleRule>()];
        _parameters = new DeviceParameters(backend, model, withGradients: true);
        try
        {
            var batch = Math.Min(options.BatchSize, _training.Length);
            _averages = options.AverageDecay is null ? null : new DeviceParameters(backend, model);
            _update = new ParameterUpdate(backend, _graph, _parameters, _averages, options, (_training.Length + batch - 1) / batch);
            _segment = Plan(phase.Schedule.StateAt(Math.Min(checkpoint?.Epoch ?? 0, options.Epochs - 1)));
            _loader = new BatchLoader(data, preprocessing, batch, _edits.Length == 0 ? null : Edit, _graph);
            _targets = new float[batch * data.Classes];
            _position = new int[DropoutCall.PositionHeader + batch];
            if (checkpoint is not null)
                Restore(checkpoint);
            else
                Save();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Epochs done.</summary>
    public int Epoch => _epoch;

    /// <summary>Batches per epoch; with <see cref="TrainingOptions.Accumulate"/>, several share a step of the optimizer.</summary>
    public int StepsPerEpoch => (_training.Length + _segment.Batch - 1) / _segment.Batch;

    /// <summary>The memory of a step's activations, gradients and workspaces.</summary>
    public long ArenaBytes => _segment.ArenaBytes;

    /// <summary>Trains to the last epoch, or until it ends early, and gives the kept model.</summary>
    /// <param name="observer">Told of every step.</param>
    /// <param name="cancellation">Stops after the current step; the last epoch's checkpoint stays.</param>
    /// <exception cref="ComputationException">The loss is no longer a number; the checkpoint of the last good epoch stays.</exception>
    public Model Run(ITrainingObserver? observer = null, CancellationToken cancellation = default)
    {
        var start = Stopwatch.GetTimestamp();
        long samples = 0;
        while (_epoch < _options.Epochs && _options.EarlyStopping?.HasEnded(_gains) != true)
        {
            Enter(_phase.Schedule.StateAt(_epoch));
            var progress = RunEpoch(observer, start, ref samples, cancellation);
            _epoch++;
            double? accuracy = _judge is { } judge ? Validate(_segment.Validator!, judge) : null;
            if (accuracy is { } share && _segment.State.IsQuantized)
                Judge(share);
            Save();
            observer?.OnEpoch(progress, accuracy);
        }
        return new Model(_graph, _best ?? _update.Kept.Download());
    }

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        _segment?.Dispose(); // null if the constructor failed
        _averages?.Dispose();
        _parameters.Dispose();
    }

    /// <summary>
    /// One batch, the samples at <paramref name="first"/> of the epoch's order, and the optimizer's step where it is the last that the
    /// step is for; returns summed loss and correct samples.
    /// </summary>
    internal (double Loss, double Correct) Step(int first)
    {
        var count = Math.Min(_segment.Batch, _order.Length - first);
        var (program, prepare) = _segment.StepOf(count);
        var batch = _order.AsSpan(first, count);
        var position = new BatchPosition(_options.Seed, _phase.EpochsBefore + _epoch, _order.AsMemory(first, count));
        var next = Math.Min(_segment.Batch, _order.Length - first - count);
        _loader.Load(batch, _backend, program.Input, _order.AsSpan(first + count, next));
        FillTargets(batch);
        _update.Prepare(_step + 1, count);
        _backend.Upload(MemoryMarshal.AsBytes(_targets.AsSpan(0, program.Targets!.Count)), program.Targets);
        if (program.RandomPosition is { } draws)
            UploadPosition(position, draws);
        foreach (var action in prepare)
            action(position);
        program.Run();
        _backend.Download(program.Statistics!, MemoryMarshal.AsBytes(_statistics.AsSpan()));
        if (first + count == _order.Length || (first / _segment.Batch + 1) % _options.Accumulate == 0)
        {
            _update.Finish();
            _step++;
        }
        return (_statistics[0], _statistics[1]);
    }

    /// <summary>Goes on with programs for layers that behave otherwise, if they do from now on.</summary>
    private void Enter(LayerState state)
    {
        if (_segment.State == state)
            return;
        _segment.Dispose();
        _segment = Plan(state);
    }

    private TrainingSegment Plan(LayerState state)
    {
        var batch = Math.Min(_options.BatchSize, _training.Length);
        return new(state, new BatchContext(_backend, _graph, _parameters, _data, _preprocessing, batch), _update.ProgramCalls,
            _phase.Batches, _training.Length % batch, _judge is null ? null : _update.Kept);
    }

    private void Edit(int sample, Span<byte> raw)
    {
        foreach (var rule in _edits)
            rule.Apply(raw, _data.SampleShape, _options.Seed, _phase.EpochsBefore + _epoch, sample);
    }

    private TrainingProgress RunEpoch(ITrainingObserver? observer, long start, ref long samples, CancellationToken cancellation)
    {
        EpochOrder.Write(_training, _order, _options.Seed, _phase.EpochsBefore + _epoch);
        var (lossSum, correctSum, seen) = (0.0, 0.0, 0);
        TrainingProgress progress = default;
        for (var step = 0; step < StepsPerEpoch; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (loss, correct) = Step(step * _segment.Batch);
            if (!double.IsFinite(loss))
                throw Diverged($"The loss became {loss}", step);
            (lossSum, correctSum, seen) = (lossSum + loss, correctSum + correct, Math.Min(seen + _segment.Batch, _training.Length));
            samples += Math.Min(_segment.Batch, _training.Length - step * _segment.Batch);
            progress = new(_epoch + 1, _options.Epochs, step + 1, StepsPerEpoch, lossSum / seen, correctSum / seen, samples,
                Stopwatch.GetElapsedTime(start));
            observer?.OnStep(progress);
        }
        // The loss is that before each step: what the last one did shows in the parameters only.
        if (_parameters.Download().FirstOrDefault(p => IsNotFinite(p.Value.Span<float>())) is { Key: { } name })
            throw Diverged($"Parameter '{name}' became infinite or undefined", StepsPerEpoch - 1);
        _update.EndEpoch();
        return progress;
    }

    /// <summary>Notes what the accuracy of an epoch means for which is kept and for how long the training goes on.</summary>
    private void Judge(double accuracy)
    {
        _gains = _gains.After(accuracy, _options.EarlyStopping?.LeastGain ?? 0);
        if (_options.Keep != Keep.Last && accuracy > _bestAccuracy)
            (_bestAccuracy, _best) = (accuracy, _update.Kept.Download());
    }

    private ComputationException Diverged(string what, int step) =>
        new($"{what} at step {step + 1} of epoch {_epoch + 1} (step {_step} in all). "
            + (_checkpointPath is null ? "" : $"{_checkpointPath} holds the state after epoch {_epoch}. ") + "Try a lower learning rate.");

    private static bool IsNotFinite(ReadOnlySpan<float> values) => values.ContainsAnyExceptInRange(-float.MaxValue, float.MaxValue);

    private void FillTargets(ReadOnlySpan<int> batch)
    {
        Array.Clear(_targets);
        for (var i = 0; i < batch.Length; i++)
            _targets[i * _data.Classes + _data.Label(batch[i])] = 1;
    }

    private void UploadPosition(BatchPosition position, TensorView draws)
    {
        position.CopyTo(_position);
        _backend.Upload(MemoryMarshal.AsBytes(_position.AsSpan(0, draws.Count)), draws);
    }

    /// <summary>The samples by which an epoch is judged; null: nothing depends on them.</summary>
    private IDataset? JudgeOf(int[] validation, IDataset? test)
    {
        if (_options.Keep == Keep.BestOnTest)
            return test ?? throw new UsageException("The epoch that is best on the test set was to be kept, but no test set was given.");
        if (_options.Validation == 0)
            return null;
        return validation.Length > 0
            ? new Subset(_data, validation, $"{_data.Name} validation")
            : throw new UsageException(
                $"A validation share of {_options.Validation} of {_data.Count} samples is not even one; ask for more.");
    }

    private double Validate(Predictor validator, IDataset held)
    {
        var (correct, classes) = (0, _data.Classes);
        validator.Run<float>(held, (first, scores) =>
        {
            for (var i = 0; i < scores.Length / classes; i++)
                if (Scores.FirstMaximum(scores.Slice(i * classes, classes)) == held.Label(first + i))
                    correct++;
        });
        return (double)correct / held.Count;
    }

    private void Save()
    {
        if (_checkpointPath is null)
            return;
        var state = _update.State.ToDictionary(s => s.Key, s =>
        {
            var tensor = new Tensor(s.Value.Type, s.Value.Shape);
            _backend.Download(s.Value, tensor.Bytes);
            return tensor;
        });
        new Checkpoint(_configuration, _epoch, _step, _parameters.Download(), state, _bestAccuracy, _best, _gains).Write(_checkpointPath);
    }

    private void Restore(Checkpoint checkpoint)
    {
        (_epoch, _step, _bestAccuracy, _best) = (checkpoint.Epoch, checkpoint.Step, checkpoint.BestAccuracy, checkpoint.Best);
        _gains = checkpoint.Gains;
        _parameters.Upload(checkpoint.Parameters);
        foreach (var (name, view) in _update.State)
            _backend.Upload(checkpoint.Optimizer[name].Bytes, view);
    }
}
