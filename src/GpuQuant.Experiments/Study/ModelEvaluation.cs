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
internal sealed class ModelEvaluation(SavedModel saved, Backend backend, IDataset train, IDataset test, RunFolder run) : IDisposable
{
    private readonly Dictionary<string, Predictor> _predictors = [];

    /// <summary>The rows of the float model and of every quantizer on one test set.</summary>
    public IReadOnlyList<EvaluationRows> Rows(TestSet testSet, IReadOnlyList<IQuantizer> quantizers)
    {
        var data = new Lazy<IDataset>(() => testSet.Open(test, Catalog.All<IShift>()).InMemory());
        var expected = new Lazy<Predictions>(() => Predictions.Of(Predictor(Rq1Row.Reference, () => saved.Model), data.Value));
        var rows = new List<EvaluationRows>
        {
            Cell(testSet, Rq1Row.Reference, key => Comparison.Rows(key, data.Value, expected.Value, expected.Value)),
        };
        foreach (var quantizer in quantizers)
            rows.Add(Cell(testSet, quantizer.Name, key =>
            {
                var predictor = Predictor(quantizer.Name, () => quantizer.Quantize(saved.Model, new(backend, train, saved.Preprocessing)));
                return Comparison.Rows(key, data.Value, expected.Value, Predictions.Of(predictor, data.Value));
            }));
        return rows;
    }

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        foreach (var predictor in _predictors.Values)
            predictor.Dispose();
    }

    private EvaluationRows Cell(TestSet testSet, string quantizer, Func<CellKey, EvaluationRows> compute)
    {
        var card = saved.Card;
        var path = run.FileOf(string.Create(CultureInfo.InvariantCulture,
            $"rows/{testSet.Name.Replace(':', '-')}.{quantizer}.{test.Count}.parquet"));
        if (File.Exists(path))
            return RowsFile.Read(path).Single();
        var rows = compute(new CellKey(card.Dataset, card.Architecture, card.Strategy, card.Seed, quantizer, testSet.Name));
        RowsFile.Write(path, [rows], RunEnvironment.Metadata(backend.Device.Name));
        return rows;
    }

    private Predictor Predictor(string name, Func<Model> model)
    {
        if (!_predictors.TryGetValue(name, out var predictor))
            _predictors[name] = predictor = new Predictor(backend, model(), saved.Preprocessing);
        return predictor;
    }
}
