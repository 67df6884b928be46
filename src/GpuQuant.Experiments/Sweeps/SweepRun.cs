using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>One model of a sweep: its training, its rows for every deployment and test set, its retraining where asked for.</summary>
public sealed class SweepRun
{
    /// <summary>Raised when a change of the code changes results, so that runs of an older version are not taken for new ones.</summary>
    private const int Version = 1;

    private const string FailureFile = "failure.txt", Standard = "standard";

    private readonly SweepPlan _plan;
    private readonly Lazy<IReadOnlyList<string>> _files;

    internal SweepRun(SweepPlan plan, ModelTraining training, int index)
    {
        (_plan, Training, Index) = (plan, training, index);
        Path = System.IO.Path.Combine(plan.Output, "runs", RunFolder.NameOf(Configuration));
        _files = new(ListFiles);
    }

    /// <summary>How the model is trained.</summary>
    public ModelTraining Training { get; }

    /// <summary>Its place in the grid, from 0.</summary>
    public int Index { get; }

    /// <summary>"mnist lenet5 standard seed 0".</summary>
    public string Title
    {
        get
        {
            var card = Training.Card;
            return string.Create(CultureInfo.InvariantCulture, $"{card.Dataset} {card.Architecture} {card.Strategy} seed {card.Seed}");
        }
    }

    /// <summary>The run's folder.</summary>
    public string Path { get; }

    /// <summary>Whether everything is computed; only looks at files.</summary>
    public bool IsFinished => IsTrained && Files.All(IsDone);

    /// <summary>Whether the model is trained; only looks at files.</summary>
    public bool IsTrained => RunFolder.IsFinishedIn(System.IO.Path.GetDirectoryName(Path)!, Configuration);

    /// <summary>Whether it has begun: there is a folder with something to go on from.</summary>
    public bool IsBegun => Directory.Exists(Path);

    /// <summary>The files with its results: rows of each cell, and the retraining's counts.</summary>
    internal IReadOnlyList<string> Files => _files.Value;

    private int Samples => Math.Min(_plan.DataOf(this).Test.Count, _plan.Sweep.TestSamples ?? int.MaxValue);

    // With rules, axes and the like the question is another: the study retrains the plain models.
    private bool IsRetrained => _plan.Sweep.Retrain && Training.Card.Strategy == Standard;

    /// <summary>What decides the trained model. Test sets and quantizers do not: they can be added without training again.</summary>
    private JsonObject Configuration
    {
        get
        {
            var configuration = new JsonObject
            {
                ["version"] = Version,
                ["dataset"] = Training.Source.Name,
                ["architecture"] = Training.Architecture.Name,
                ["strategy"] = Training.Strategy.Identity,
                ["options"] = Training.Options.ToString(),
                ["device"] = _plan.Device.Name,
            };
            if (_plan.Sweep.TrainSamples is { } samples)
                configuration["train_samples"] = samples;
            if (Training.Variant is { } variant)
                configuration["variant"] = variant;
            return configuration;
        }
    }

    /// <summary>Computes what is missing.</summary>
    /// <returns>Null; what went wrong, which also stands in the run's <c>failure.txt</c>, where the run failed.</returns>
    /// <exception cref="OperationCanceledException">It was stopped; the next call goes on.</exception>
    internal RunFailure? Execute(CancellationToken cancellation)
    {
        try
        {
            Compute(cancellation);
            File.Delete(System.IO.Path.Combine(Path, FailureFile));
            return null;
        }
        catch (Exception error) when (error is not OperationCanceledException and not OutOfMemoryException)
        {
            Keep(error);
            return new(Title, Path, error is GpuQuantException ? error.Message : $"{error.GetType().Name}: {error.Message}");
        }
    }

    private void Compute(CancellationToken cancellation)
    {
        var data = _plan.DataOf(this);
        var quiet = _plan.Sweep.Quiet;
        using var run = RunFolder.Open(System.IO.Path.GetDirectoryName(Path)!, Configuration, _plan.Device.Name);
        var saved = run.IsFinished ? SavedModel.Read(run.Path) : Train(run, data, cancellation);
        using (var evaluation = new ModelEvaluation(saved, _plan.Backend, data.Train, run, Samples, quiet))
        {
            foreach (var testSet in data.TestSets)
            {
                cancellation.ThrowIfCancellationRequested();
                evaluation.Compute(testSet, _plan.Quantizers, cancellation);
            }
        }
        if (IsRetrained)
            new Retraining(Training, saved, _plan.Quantizers) { Quiet = quiet }
                .Run(_plan.Backend, data.Train, data.Test, _plan.Sweep.TestSamples, run.Path, cancellation);
    }

    private SavedModel Train(RunFolder run, SweepData data, CancellationToken cancellation)
    {
        var title = string.Create(CultureInfo.InvariantCulture, $"{Index + 1}/{_plan.Runs.Count} {Title}");
        using var progress = ProgressDisplay.Create(title, _plan.Sweep.Quiet);
        var saved = Training.Run(_plan.Backend, data.Train, data.Test, run.Path, progress, cancellation);
        run.Finish();
        return saved;
    }

    // Rows in an earlier version's format are to be made anew.
    private static bool IsDone(string file) =>
        File.Exists(file) && (file.EndsWith(".csv", StringComparison.Ordinal) || RowsReader.IsOfThisFormat(file));

    private IReadOnlyList<string> ListFiles()
    {
        var data = _plan.DataOf(this);
        var names = _plan.Quantizers.Select(quantizer => quantizer.Name).ToArray();
        var cells = data.TestSets.SelectMany(testSet => names.Prepend(Rq1Row.Reference)
            .Select(quantizer => System.IO.Path.Combine(Path, ModelEvaluation.FileOf(testSet, quantizer, Samples))));
        return IsRetrained ? [.. cells, Retraining.ResultPath(Training, names, _plan.Sweep.TestSamples, Path)] : [.. cells];
    }

    private void Keep(Exception error)
    {
        try
        {
            AtomicFile.Write(System.IO.Path.Combine(Path, FailureFile), stream => stream.Write(Encoding.UTF8.GetBytes($"{error}\n")));
        }
        catch (DataException)
        {
            // A full disk is reported all the same; there is nowhere to keep its stack trace.
        }
    }
}
