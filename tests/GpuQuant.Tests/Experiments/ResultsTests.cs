using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using Microsoft.Data.Analysis;
using Parquet;

namespace GpuQuant.Tests.Experiments;

public sealed class ResultsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_RunsOfAStudy_CountsAsRq1Does()
    {
        EvaluationRows[] cells = [Cells.Make("float32"), Cells.Make(floatErrors: 5, disagreements: 12, ties: 3), Cells.Make(seed: 2)];
        foreach (var (i, cell) in cells.Index())
            Write($"runs/{i}/rows/a.parquet", cell);
        var results = Results.Load(_folder.Path);
        Assert.Equal(Rq1.Of(cells).Rows, results.ToRq1().Rows);
        // 100 inputs: 5 float errors; the quantized model errs on those and on the 12 on which it differs.
        var accuracy = results.Accuracy();
        var row = Enumerable.Range(0, 3).Single(i => (long)accuracy["seed"][i] == 1 && (string)accuracy["quantizer"][i] == "tflite8");
        Assert.Equal((83.0, 95.0), ((double)accuracy["accuracy_pct"][row], (double)accuracy["float_accuracy_pct"][row]));
        Assert.Equal((12, 3), ((int)results.Disagreement()["disagreements"][row], (int)results.Disagreement()["ties"][row]));
        Assert.Equal(cells[1].Entropy.Average(value => (double)value), (double)results.Uncertainty()["entropy"][row], 12);
        Assert.Equal(1, results.Disagreement()["disagreement_pct"].NullCount);
        Assert.Equal(cells.Select(cell => cell.Key), results.Rows().Select(cell => cell.Key));
    }

    [Fact]
    public void Load_WholeStudy_TakesItsRowsNotThoseOfItsRuns()
    {
        Write("rows.parquet", Cells.Make(disagreements: 1));
        Write("runs/0/rows/a.parquet", Cells.Make(disagreements: 2));
        Assert.Equal(1, Assert.Single(Results.Load(_folder.Path).Cells).Counts.Disagreements);
    }

    [Theory]
    [InlineData(0.5)]
    [InlineData(0.98)]
    public void Load_CutOffFile_IsNamedAndSkippedOnlyIfAsked(double share)
    {
        Write("runs/0/rows/good.parquet", Cells.Make());
        Write("runs/1/rows/bad.parquet", Cells.Make(seed: 2));
        var bad = _folder.File("runs/1/rows/bad.parquet");
        var bytes = File.ReadAllBytes(bad);
        File.WriteAllBytes(bad, bytes[..(int)(share * bytes.Length)]);
        Errors.Says<DataException>("bad.parquet", () => Results.Load(_folder.Path));
        var results = Results.Load(_folder.Path, skipDamaged: true);
        Assert.Equal(1UL, Assert.Single(results.Cells).Counts.Key.Seed);
        Assert.Contains("bad.parquet", Assert.Single(results.Skipped), StringComparison.Ordinal);
        Assert.Single(results.Rows());
    }

    [Fact]
    public void Load_OverwrittenPages_AreNamed()
    {
        Write("rows.parquet", Cells.Make(count: 5000));
        var bytes = File.ReadAllBytes(_folder.File("rows.parquet"));
        bytes.AsSpan(4, bytes.Length / 2).Fill(0xFF);
        File.WriteAllBytes(_folder.File("rows.parquet"), bytes);
        Errors.Says<DataException>("rows.parquet", () => Results.Load(_folder.Path));
    }

    [Fact]
    public void Load_NothingOrTheSameTwice_IsRefused()
    {
        Errors.Says<DataException>("holds no rows", () => Results.Load(_folder.Path));
        Errors.Says<DataException>("holds no rows", () => Results.Load(_folder.File("missing")));
        Write("runs/0/rows/a.parquet", Cells.Make());
        Write("runs/0/rows/b.parquet", Cells.Make());
        Errors.Says<DataException>("both hold the cell mnist/lenet5/standard/seed 1", () => Results.Load(_folder.Path, skipDamaged: true));
    }

    [Fact]
    public void Summarize_Nulls_EnterNeitherSumNorCount()
    {
        var groups = Table().Summarize(["key"], "value");
        // a: 1, null, 3 -> mean 2, deviation sqrt(((1-2)^2 + (3-2)^2) / 1) = 1.414...; b: 5 alone; c: nothing.
        Assert.Equal(["a", "b", "c"], Values<string>(groups, "key"));
        Assert.Equal([2, 1, 0], Values<object>(groups, "n"));
        Assert.Equal([2.0, 5.0, null], Values<object>(groups, "mean"));
        Assert.Equal([Math.Sqrt(2), null, null], Values<object>(groups, "standard_deviation"));
        // Two draws of {1, 3}: means 1, 2, 3 with odds 1/4, 1/2, 1/4, so that the outer 2.5% lie at 1 and 3.
        Assert.Equal([1.0, null, null], Values<object>(groups, "low"));
        Assert.Equal([3.0, null, null], Values<object>(groups, "high"));
    }

    [Fact]
    public void Summarize_ManyValues_HasTheNormalInterval()
    {
        var column = new DoubleDataFrameColumn("value", Enumerable.Range(0, 400).Select(i => (double)(i % 2)));
        var group = new DataFrame(new StringDataFrameColumn("key", Enumerable.Repeat("a", 400)), column).Summarize(["key"], "value", 7);
        // The mean of 400 coin throws has the standard error 0.5 / 20 = 0.025: 0.5 -+ 1.96 x 0.025.
        Assert.Equal(0.451, (double)group["low"][0], 0.006);
        Assert.Equal(0.549, (double)group["high"][0], 0.006);
    }

    [Fact]
    public void Pivot_MeansAndNulls()
    {
        var pivot = Table().Pivot("key", "set", "value");
        Assert.Equal(["key", "x", "y"], pivot.Columns.Select(column => column.Name));
        Assert.Equal([1.0, 5.0, null], Values<object>(pivot, "x"));
        Assert.Equal([3.0, null, null], Values<object>(pivot, "y"));
        Errors.Says<UsageException>("no column 'nothing'; it has key, set, value", () => Table().Pivot("nothing", "set", "value"));
        Errors.Says<UsageException>("holds no numbers", () => Table().Pivot("key", "set", "set"));
    }

    [Fact]
    public async Task Write_CsvAndParquet_KeepNulls()
    {
        Table().WriteCsv(_folder.File("a.csv"));
        Assert.Equal("key,set,value\na,x,1\na,x,\na,y,3\nb,x,5\nc,y,\n", File.ReadAllText(_folder.File("a.csv")));
        Table().WriteParquet(_folder.File("a.parquet"));
        await using var reader = await ParquetReader.CreateAsync(_folder.File("a.parquet"), cancellationToken: TestContext.Current.CancellationToken);
        using var group = reader.OpenRowGroupReader(0);
        var values = new double?[5];
        await group.ReadAsync<double>(reader.Schema.GetDataFields()[2], values.AsMemory(), null, TestContext.Current.CancellationToken);
        Assert.Equal([1.0, null, 3.0, 5.0, null], values);
    }

    private static DataFrame Table() => new(
        new StringDataFrameColumn("key", ["a", "a", "a", "b", "c"]), new StringDataFrameColumn("set", ["x", "x", "y", "x", "y"]),
        new DoubleDataFrameColumn("value", new double?[] { 1, null, 3, 5, null }));

    private static T?[] Values<T>(DataFrame frame, string column) => [.. frame[column].Cast<object?>().Select(value => (T?)value)];

    private void Write(string name, params EvaluationRows[] cells) =>
        RowsFile.Write(_folder.File(name), cells, new Dictionary<string, string> { ["device"] = "cpu" });
}
