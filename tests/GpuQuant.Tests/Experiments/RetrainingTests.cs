using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

/// <summary>Training further with disagreements added, and what is counted.</summary>
public sealed class RetrainingTests : IDisposable
{
    private const int Inputs = 1000;
    private static readonly string[] Names = ["w2a8", "tflite8"];

    private readonly TemporaryFolder _folder = new();
    private readonly GlyphsSource _source = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Run_CoarseQuantizers_CountsWhatTheModelsThemselvesSay()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var backend = Devices.Open("cpu", Catalog.All<IBackendProvider>());
        var (train, test) = (_source.Load(DataPart.Train, ""), Subset.First(_source.Load(DataPart.Test, ""), Inputs));
        var strategy = StrategyCatalog.Get("standard");
        var training = new ModelTraining(_source, Catalog.Get<IArchitecture>("architecture", "lenet1"), strategy,
            ModelTraining.Defaults(_source, strategy) with { Epochs = 1 });
        var model = training.Run(backend, train, null, _folder.File("model"), null, cancellation);
        var quantizers = Names.Select(name => Catalog.Get<IQuantizer>("quantizer", name)).ToArray();
        var retraining = new Retraining(training, model, quantizers) { Quiet = true };

        var rows = retraining.Run(backend, train, test, null, _folder.File("model"), cancellation);

        Assert.Equal(9, rows.Count);
        foreach (var quantizer in quantizers)
        {
            var before = Disagreements(model, quantizer);
            Assert.All(rows.Where(row => row.Quantizer == quantizer.Name), row => Assert.Equal(before.Length, row.Before));
            var retrained = Directory.GetDirectories(_folder.File("model/retraining")).Single();
            var after = Disagreements(SavedModel.Read(Path.Combine(retrained, "random")), quantizer);
            var random = rows.Single(row => row.Quantizer == quantizer.Name && row.Treatment == Treatment.Random);
            Assert.Equal(after.Length, random.After);
            Assert.Equal(before.Intersect(after).Count(), random.OldRemaining);
        }
        var any = rows.Where(row => row.Quantizer == RetrainingRow.Any).ToArray();
        Assert.True(any[0].Before > 20, $"{any[0].Before} disagreements");
        Assert.Equal([any[0].Before, any[0].Before, 0], any.Select(row => row.Added));
        Assert.All(any, row => Assert.Equal(Inputs - (2 * any[0].Before), row.HeldOut));
        Assert.All(any, row => Assert.InRange(row.HeldOutNew, 0, row.New));
        Assert.All(any, row => Assert.True(row.CorrectAfter > row.CorrectBefore, "five more epochs than one did not help"));
        // The result is where it is said to be, and a second start only reads it.
        var path = Retraining.ResultPath(training, Names, null, _folder.File("model"));
        var bytes = File.ReadAllBytes(path);
        Directory.Delete(Path.Combine(Path.GetDirectoryName(path)!, "none"), recursive: true);
        Assert.Equal(rows, retraining.Run(backend, train, test, null, _folder.File("model"), cancellation));
        new Rq4(rows).WriteCsv(_folder.File("again.csv"));
        Assert.Equal(bytes, File.ReadAllBytes(_folder.File("again.csv")));

        int[] Disagreements(SavedModel saved, IQuantizer quantizer)
        {
            var deployed = quantizer.Quantize(saved.Model, new(backend, train, saved.Preprocessing));
            var floats = Predictions.Of(backend, saved.Model, saved.Preprocessing, test).Classes;
            var classes = Predictions.Of(backend, deployed, saved.Preprocessing, test).Classes;
            return [.. Enumerable.Range(0, Inputs).Where(i => floats[i] != classes[i])];
        }
    }

    [Theory]
    [InlineData("disagreements", "sometimes", "treatment 'sometimes'")]
    [InlineData(",10,", ",ten,", "count 'ten'")]
    [InlineData("old_remaining", "old", "no column 'old_remaining'")]
    public void Read_DamagedFile_SaysWhatIsWrong(string from, string to, string problem)
    {
        var path = _folder.File("rq4.csv");
        new Rq4([new("mnist", "lenet1", 0, Treatment.Disagreements, "any", 10, 2, 2, 1, 3, 6, 1, 8, 9)]).WriteCsv(path);
        Assert.Single(Rq4.Read(path).Rows);
        File.WriteAllText(path, File.ReadAllText(path).Replace(from, to, StringComparison.Ordinal));
        Errors.Says<DataException>(problem, () => Rq4.Read(path));
    }

    [Fact]
    public void Paper_LeNet1_HasTheNumbersOfItsTable()
    {
        var paper = PaperRetraining.HuEtAl2022;
        Assert.Equal((1, 15), paper.Changes("mnist", "lenet1"));
        Assert.Equal((14, 7), (paper.Before("mnist", "lenet1", "tflite8"), paper.After("mnist", "lenet1", "tflite8")));
        Assert.Null(paper.Before("mnist", "lenet1", "int4"));
        Assert.Equal(8, paper.Models.Count);
    }

    [Fact]
    public void ToText_OneNet_SetsThePaperBeside()
    {
        var text = Rq4Table.ToText(new Rq4(
        [
            new("mnist", "lenet1", 0, Treatment.Disagreements, "tflite8", 10_000, 9, 9, 1, 3, 9_982, 1, 9_800, 9_850),
            new("mnist", "lenet1", 1, Treatment.Disagreements, "tflite8", 10_000, 9, 9, 2, 3, 9_982, 1, 9_800, 9_850),
            new("mnist", "lenet1", 0, Treatment.None, "tflite8", 10_000, 0, 9, 5, 6, 9_982, 1, 9_800, 9_850),
        ]), 120, PaperRetraining.HuEtAl2022);
        Assert.Contains("mnist lenet1 disagreements of 10,000 inputs when trained further (2 seeds, means)", text);
        Assert.Matches(@"tflite8\s+9\.0\s+14\s+4\.5\s+7\s+1\.5\s+3\.0\s+-\s+11\.0", text);
        Assert.Contains("paper, any deployment: 1 old left, 15 new", text);
    }
}
