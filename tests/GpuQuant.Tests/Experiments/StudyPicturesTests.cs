using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

/// <summary>The pictures of a study: the same bytes each time, the names and numbers that they are to show, and what they refuse.</summary>
public sealed class StudyPicturesTests : IDisposable
{
    private static readonly string[] Deployments = ["tflite8", "coreml8"];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static Rq1 Severities => Rq1.Of(Enumerable.Range(0, 6).SelectMany(severity => Deployments.Select(
        quantizer => Cells.Make(quantizer, severity == 0 ? "original" : $"fog:{severity}", disagreements: severity, floatErrors: 3))));

    [Fact]
    public void Accuracy_TwoDeployments_AreNamedAndTheSameEachTime()
    {
        var svg = WriteTwice(path => AccuracyPicture.Write(Severities, path));
        Assert.All(["mnist lenet5 standard", "tflite8", "coreml8"], word => Assert.Contains(word, svg));
        Refuses("no quantized model", path => AccuracyPicture.Write(Rq1.Of([]), path));
    }

    [Fact]
    public void Severity_OneShift_HasALineAndTicks()
    {
        Assert.True(SeverityPicture.IsFor(Severities));
        var svg = WriteTwice(path => SeverityPicture.Write(Severities, path));
        Assert.All(["fog", "mnist lenet5 standard, tflite8", "severity"], word => Assert.Contains(word, svg));
        var plain = Rq1.Of([Cells.Make(testSet: "fog")]);
        Assert.False(SeverityPicture.IsFor(plain));
        Refuses("no shift was run at two severities", path => SeverityPicture.Write(plain, path));
    }

    [Fact]
    public void Roc_ManyDisagreements_NamesTheAreas()
    {
        var rq3 = Rq3.Of([Cells.Make(count: 2000, disagreements: 400), Cells.Make(testSet: "fog", count: 2000, disagreements: 400)]);
        var svg = WriteTwice(path => RocPicture.Write(rq3, path));
        Assert.All(rq3.Rows, row => Assert.Contains(
            FormattableString.Invariant($"{row.Uncertainty.Replace('_', ' ')} {row.Result!.RawAurocPct:0.0}"), svg));
        Refuses("in no model", path => RocPicture.Write(Rq3.Of([Cells.Make()]), path));
    }

    [Fact]
    public void Retraining_ThreeTreatments_HasTheirBars()
    {
        var rows = Enum.GetValues<Treatment>().Select(treatment => new RetrainingRow(
            "mnist", "lenet1", 0, treatment, "tflite8", 100, 5, 5, 1, 2, 90, 1, 95, 96));
        var svg = WriteTwice(path => RetrainingPicture.Write(new Rq4(rows), path));
        Assert.All(["mnist lenet1", "before", "disagreements added", "random inputs added", "nothing added"],
            word => Assert.Contains(word, svg));
        Refuses("no model was trained further", path => RetrainingPicture.Write(new Rq4([]), path));
    }

    [Theory]
    [InlineData(0, 0.5)]
    [InlineData(0.25, 0.5)]
    [InlineData(0.5, 1)]
    [InlineData(1, 1)]
    public void TruePositiveRates_FourScores_LieBetweenTheThresholds(double falsePositives, double expected) =>
        Assert.Equal([expected], Ranking.TruePositiveRates([0.1, 0.4, 0.35, 0.8], [false, false, true, true], [falsePositives]));

    private void Refuses(string problem, Action<string> write)
    {
        Assert.Contains(problem, Assert.Throws<UsageException>(() => write(_folder.File("none"))).Message);
        Assert.False(File.Exists(_folder.File("none.png")));
    }

    private string WriteTwice(Action<string> write)
    {
        write(_folder.File("first"));
        write(_folder.File("second"));
        Assert.Equal(File.ReadAllBytes(_folder.File("first.png")), File.ReadAllBytes(_folder.File("second.png")));
        Assert.Equal(File.ReadAllBytes(_folder.File("first.svg")), File.ReadAllBytes(_folder.File("second.svg")));
        return File.ReadAllText(_folder.File("first.svg"));
    }
}
