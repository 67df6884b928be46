using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Evaluation;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Shifts;

namespace GpuQuant.Experiments;

/// <summary>One net of the gallery.</summary>
internal sealed class GalleryNet
{
    private readonly QuantizationGallery _gallery;
    private readonly Backend _backend;
    private readonly SavedModel _trained;
    private readonly CalibrationData _calibration;
    private readonly IDataset _test;
    private readonly IDataSource _source;
    private readonly string _folder;

    public GalleryNet(QuantizationGallery gallery, Backend backend, SavedModel trained, string folder)
    {
        (_gallery, _backend, _trained, _folder) = (gallery, backend, trained, folder);
        _source = Catalog.Get<IDataSource>("data set", trained.Card.Dataset);
        _test = _source.Load(DataPart.Test, folder);
        _calibration = new(backend, _source.Load(DataPart.Train, folder), trained.Preprocessing);
    }

    /// <summary>The net itself, then each scheme.</summary>
    public IEnumerable<GalleryRow> Rows(IReadOnlyList<IQuantizer> quantizers, Action<string> say)
    {
        var test = Subset.First(_test, _gallery.Count ?? int.MaxValue);
        var expected = Predictions.Of(_backend, _trained.Model, _trained.Preprocessing, test);
        yield return Row(_trained, test, expected, expected, null, (_, value) => StoredTensor.AsItIs(value));
        foreach (var quantizer in quantizers)
        {
            var deployed = Deploy(quantizer);
            using var comparer = new LayerComparer(_backend, _trained.Model, deployed.Model, deployed.Preprocessing);
            var layers = new TestSetComparison(TestSet.Original, comparer.Compare(Subset.First(_test, _gallery.LayerCount)));
            var answers = Predictions.Of(_backend, deployed.Model, deployed.Preprocessing, test);
            var row = Row(deployed, test, expected, answers, layers.Logits.Accumulated.SqnrDb, quantizer.Encode);
            say($"{row.Card.Dataset} {row.Card.Architecture} {quantizer.Name}: {row.Disagreements} of {row.Inputs} disagree");
            yield return row;
        }
    }

    /// <summary>Draws the layers in one scheme; returns the PNG files' names.</summary>
    public IReadOnlyList<string> Draw(string output, Action<string> say)
    {
        var quantizer = Catalog.Get<IQuantizer>("quantizer", _gallery.Drawn);
        var deployed = Deploy(quantizer);
        var opener = new TestSetOpener(_source.Name, _test, _folder, TestSetCatalog.All)
        { Samples = _gallery.LayerCount, Cache = new ShiftCache(ShiftCache.DefaultFolder, say) };
        var known = TestSetCatalog.All.Of(_source);
        var sets = _gallery.TestSets.Where(name => known.Contains(name))
            .Select(name => (name, opener.Open(TestSet.Parse(name, TestSetCatalog.All)).Load()));
        var analysis = Stored(deployed, quantizer.Encode, file => LayerAnalysis.Of(_backend, _trained, deployed, file, sets));
        var (prefix, card) = ($"{_trained.Card.Dataset}-{_trained.Card.Architecture}-", deployed.Card);
        var files = AnalysisReport.WritePictures(analysis, output, prefix).ToList();
        var data = Subset.First(_test, _gallery.LayerCount);
        var sensitivities = WeightSensitivity.Of(_backend, _trained.Model, deployed.Model, deployed.Preprocessing, data);
        var picture = Path.Combine(output, prefix + "sensitivity");
        if (AnalysisReport.WriteSensitivity(
            sensitivities, $"{card.Architecture} on {card.Dataset}, {card.Quantizer}", data.Count, picture))
            files.Add(picture + ".png");
        return [.. files.Select(file => Path.GetFileName(file))];
    }

    private SavedModel Deploy(IQuantizer quantizer) => _trained with
    {
        Card = _trained.Card with { Quantizer = quantizer.Name },
        Model = quantizer.Quantize(_trained.Model, _calibration),
    };

    private static GalleryRow Row(SavedModel model, IDataset test, Predictions expected, Predictions answers, double? sqnr,
        Func<string, Tensor, StoredTensor> encode)
    {
        var (correct, disagreements) = (0, 0);
        for (var i = 0; i < test.Count; i++)
        {
            correct += answers.Classes[i] == test.Label(i) ? 1 : 0;
            disagreements += answers.Classes[i] == expected.Classes[i] ? 0 : 1;
        }
        return new(model.Card, test.Count, correct, disagreements, Stored(model, encode, file => new FileInfo(file).Length), sqnr);
    }

    /// <summary>What a look at the model's file gives; the file is gone after it.</summary>
    private static T Stored<T>(SavedModel model, Func<string, Tensor, StoredTensor> encode, Func<string, T> look)
    {
        var folder = Directory.CreateTempSubdirectory("gpuquant-");
        try
        {
            return look(model.Write(folder.FullName, encode));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
