using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Experiments;

/// <summary>Verdicts on studies whose answers are known.</summary>
public sealed class StudyFindingsTests : IDisposable
{
    private const int Inputs = 2000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private static IEnumerable<EvaluationRows> Study(int original, int shifted, int seeds = 3, string strategy = "standard") =>
        Enumerable.Range(0, seeds).SelectMany(seed => new[]
        {
            Cells.Make("tflite8", "original", (ulong)seed, "lenet1", strategy: strategy, count: Inputs, disagreements: original),
            Cells.Make("tflite8", "fog", (ulong)seed, "lenet1", strategy: strategy, count: Inputs, disagreements: shifted),
        });

    private static StudyFindings Findings(IEnumerable<EvaluationRows> rows, Rq4? rq4 = null)
    {
        var cells = rows.ToArray();
        return StudyFindings.Of(StudyEvidence.Of(cells), Rq3.Of(cells), rq4 ?? new Rq4([]));
    }

    private static Finding Find(StudyFindings study, string name) => study.Findings.Single(finding => finding.Name == name);

    [Theory]
    [InlineData(10, 60, 3, Verdict.Confirmed)]
    [InlineData(60, 10, 3, Verdict.NotConfirmed)]
    [InlineData(30, 30, 3, Verdict.NotDecidable)]
    [InlineData(10, 60, 2, Verdict.NotDecidable)]
    public void Shift_KnownDisagreements_IsJudgedByTheirDifference(int original, int shifted, int seeds, Verdict verdict)
    {
        var finding = Find(Findings(Study(original, shifted, seeds)), "shift");
        var claim = Assert.Single(finding.Claims);
        Assert.Equal(verdict, claim.Verdict);
        Assert.Equal(100.0 * (shifted - original) / Inputs, claim.Difference.Value, 1e-9);
        // The paper's lenet1: fog 5.42, original 0.14.
        Assert.Equal(5.28, claim.Paper!.Value, 1e-9);
        Assert.Equal(shifted > original ? (1, 1) : (0, 1), finding.Agreement);
    }

    [Fact]
    public void Shift_SameInputsDisagree_MoveTogether()
    {
        // The shifted set's disagreements hold the original's: with the same inputs drawn for both, the difference is that of 10 inputs,
        // whose deviation is 0.16 points; drawn apart it would be that of 1,210 inputs, 1.7 points.
        var claim = Find(Findings(Study(600, 610)), "shift").Claims.Single();
        Assert.Equal(0.5, claim.Difference.Value, 1e-9);
        Assert.InRange(claim.Difference.High - claim.Difference.Low, 0.4, 0.8);
    }

    [Fact]
    public void Qat_LowestOfTwo_NamesTheOthersBest()
    {
        var study = Findings([.. Study(5, 60), .. Study(5, 20, strategy: "qat"), .. Study(5, 90, strategy: "mixup")]);
        var claim = Find(study, "qat").Claims.Single();
        Assert.Equal(Verdict.Confirmed, claim.Verdict);
        Assert.Equal(2, claim.Difference.Value, 1e-9);
        Assert.Equal("qat 1.000%, lowest of the others standard 3.000%", claim.Detail);
        Assert.Equal(Verdict.NotDecidable, Find(Findings(Study(5, 60)), "qat").Verdict);
    }

    [Fact]
    public void Retraining_CountsOfThreeSeeds_AreComparedWithTheControl()
    {
        var rows = Enumerable.Range(0, 3).SelectMany(seed => new[]
        {
            Row(seed, Treatment.Disagreements, 20, remaining: 2, created: 6), Row(seed, Treatment.Random, 20, remaining: 5, created: 7),
            Row(seed, Treatment.None, 20, remaining: 9, created: 5),
        });
        var study = Findings(Study(5, 60), new Rq4(rows));
        var changes = Find(study, "retraining");
        Assert.Equal((Verdict.Confirmed, 6), (changes.Verdict, changes.Value!.Value.Value));
        Assert.True(changes.Value.Value.Low < changes.Value.Value.Value, "chance in the inputs is part of the interval");
        Assert.Equal("20.0 before: 2.0 remain, 6.0 new; paper: 1 remain, 15 new", changes.Claims.Single().Detail);
        // Without: 9 + 5 after; with: 2 + 6; with random ones: 5 + 7.
        var control = Find(study, "retraining-none");
        Assert.Equal((Verdict.Confirmed, 6), (control.Verdict, control.Value!.Value.Value));
        var random = Find(study, "retraining-random");
        Assert.Equal((Verdict.NotDecidable, 4), (random.Verdict, random.Value!.Value.Value));
        Assert.StartsWith("after: 8.0 with, 14.0 without, 12.0 with random ones", control.Claims.Single().Detail);

        static RetrainingRow Row(int seed, Treatment treatment, int before, int remaining, int created) => new(
            "mnist", "lenet1", (ulong)seed, treatment, RetrainingRow.Any, 1000, treatment == Treatment.None ? 0 : before, before,
            remaining, created, 1000 - (2 * before), created - 1, 980, 985);
    }

    [Fact]
    public void Cells_ThreeSeeds_StandBesideNoiseAndPaper()
    {
        // The float models err on 0, 10 and 20 inputs: pairs differ on 10, 20 and 10.
        var rows = Enumerable.Range(0, 3).Select(seed => Cells.Make(
            "tflite8", "fog", (ulong)seed, "lenet1", count: Inputs, floatErrors: 10 * seed, disagreements: 20 + seed)).ToArray();
        var study = Findings(rows);
        var cell = Assert.Single(study.Cells);
        Assert.Equal(1.05, cell.Disagreement.Value, 1e-9);
        Assert.Equal((3, 5.42, false), (cell.Seeds, cell.Paper!.Value, cell.HoldsPaper!.Value));
        Assert.Equal(100.0 * 40 / 3 / Inputs, cell.ChurnPct!.Value, 1e-9);
        // All disagreements are right answers lost.
        Assert.Equal([20, 21, 22], study.Tests.Select(test => test.RightToWrong));
        Assert.All(study.Tests, test => Assert.Equal((0, true), (test.WrongToRight, test.QValue < 1e-5)));
        Errors.Says<UsageException>("comes twice", () => StudyEvidence.Of([rows[0], rows[0]]));
    }

    [Fact]
    public void WriteCsv_Twice_GivesTheSameBytes()
    {
        var rows = Study(5, 60).Concat(Study(5, 20, strategy: "qat")).ToArray();
        var first = Findings(rows).WriteCsv(_folder.File("first"));
        var second = Findings(rows.Reverse()).WriteCsv(_folder.File("second"));
        Assert.Equal(["findings.csv", "claims.csv", "cells.csv", "paired-tests.csv"], first.Select(Path.GetFileName));
        Assert.All(first.Zip(second), pair => Assert.Equal(File.ReadAllBytes(pair.First), File.ReadAllBytes(pair.Second)));
        Assert.Equal(7, File.ReadAllLines(first[0]).Length);
        Assert.Equal(13, File.ReadAllLines(first[3]).Length);
    }
}
