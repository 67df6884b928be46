using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Quantization;
using GpuQuant.Shifts;

namespace GpuQuant.Experiments;

/// <summary>
/// A trained model's cells: each pair of test set and deployment is computed once and kept in <c>rows</c> in the model's run folder.
/// The model is quantized, and the float predictions on a test set made, only when a cell needs them.
/// </summary>
/// <param name="saved">The model.</param>
/// <param name="backend">The device.</param>
/// <param name="train">The training set, to calibrate quantizers.</param>
/// <param name="run">The model's run folder.</param>
/// <param name="samples">How many samples of the original test set are used; stands in the names of the rows' files.</param>
/// <param name="quiet">Whether to keep silent while test sets are computed.</param>
internal sealed class ModelEvaluation(
    SavedModel saved, Backend backend, IDataset train, RunFolder run, int samples, bool quiet) : IDisposable
{
    private readonly Dictionary<string, Predictor> _predictors = [];

    /// <summary>The file of a cell within the run's folder.</summary>
    /// <remarks>The origin belongs to the name: where published files have come since, their rows are not the computed set's.</remarks>
    public static string FileOf(OpenedTestSet testSet, string quantizer, int samples) => string.Create(CultureInfo.InvariantCulture,
        $"rows/{testSet.Name.Replace(':', '-')}.{testSet.Origin.Replace(' ', '-')}.{quantizer}.{samples}.parquet");

    /// <summary>Computes the rows of the float model and of every quantizer on one test set that are not there yet.</summary>
    public void Compute(OpenedTestSet testSet, IReadOnlyList<IQuantizer> quantizers, CancellationToken cancellation)
    {
        var data = new Lazy<IDataset>(() => Load(testSet, cancellation));
        var expected = new Lazy<Predictions>(() => Predictions.Of(Predictor(Rq1Row.Reference, () => saved.Model), data.Value));
        Cell(testSet, Rq1Row.Reference, key => Comparison.Rows(key, testSet.Origin, data.Value, expected.Value, expected.Value));
        foreach (var quantizer in quantizers)
            Cell(testSet, quantizer.Name, key =>
            {
                var predictor = Predictor(quantizer.Name, () => quantizer.Quantize(saved.Model, new(backend, train, saved.Preprocessing)));
                return Comparison.Rows(key, testSet.Origin, data.Value, expected.Value, Predictions.Of(predictor, data.Value));
            });
    }

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        foreach (var predictor in _predictors.Values)
            predictor.Dispose();
    }

    private IDataset Load(OpenedTestSet testSet, CancellationToken cancellation)
    {
        using var display = CountDisplay.Create($"{saved.Card.Dataset} {testSet.Name}", quiet);
        return testSet.Load(display.Show, cancellation);
    }

    private void Cell(OpenedTestSet testSet, string quantizer, Func<CellKey, EvaluationRows> compute)
    {
        var card = saved.Card;
        var path = run.FileOf(FileOf(testSet, quantizer, samples));
        // Rows in an earlier version's format lack columns: they are made anew.
        if (File.Exists(path) && RowsReader.IsOfThisFormat(path))
            return;
        var rows = compute(new CellKey(card.Dataset, card.Architecture, card.Strategy, card.Seed, quantizer, testSet.Name));
        RowsFile.Write(path, [rows], RunEnvironment.Metadata(backend.Device.Name));
    }

    private Predictor Predictor(string name, Func<Model> model)
    {
        if (!_predictors.TryGetValue(name, out var predictor))
            _predictors[name] = predictor = new Predictor(backend, model(), saved.Preprocessing);
        return predictor;
    }
}
