using GpuQuant.Cli;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using Parquet;
using Parquet.Schema;

namespace GpuQuant.Tests.Experiments;

/// <summary>A short study from test sets to rq1.csv: where each came from, and what is kept.</summary>
public sealed class StudyTestSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private Hu2022Study Study => new()
    {
        Data = ["glyphs"],
        Architectures = ["lenet1"],
        Quantizers = ["coreml16"],
        TestSets = ["original", "rotate", "scale:2+rotate:1"],
        Epochs = 1,
        TestSamples = 40,
        Device = "cpu",
        CacheDirectory = _folder.File("cache"),
        Quiet = true,
        Retrain = false,
    };

    [Fact]
    public void Run_ShiftedSets_NamesTheirOriginAndKeepsThem()
    {
        var results = Study.Run(_folder.File("out"), TestContext.Current.CancellationToken);
        results.ToRq1().WriteCsv(_folder.File("rq1.csv"));
        var lines = File.ReadAllLines(_folder.File("rq1.csv"));
        Assert.Equal("rq,dataset,architecture,strategy,quantizer,test_set,metric,value,seed,origin", lines[0]);
        foreach (var (set, origin) in new[] { ("original", "original"), ("rotate", "generated"), ("scale:2+rotate:1", "generated") })
            Assert.All(lines.Where(line => line.Contains($",{set},", StringComparison.Ordinal)),
                line => Assert.EndsWith($",0,{origin}", line));
        Assert.Equal(2, Directory.GetFiles(_folder.File("cache"), "*.npy").Length);
        // A second run reads its rows: even with a cache that cannot be, nothing is computed.
        Directory.Delete(_folder.File("cache"), recursive: true);
        var again = Study.Run(_folder.File("out"), TestContext.Current.CancellationToken);
        Assert.Equal(results.Cells, again.Cells);
        Assert.False(Directory.Exists(_folder.File("cache")));
    }

    [Fact]
    public async Task Run_RowsOfAnEarlierFormat_AreMadeAnew()
    {
        var study = Study with { TestSets = ["original"] };
        study.Run(_folder.File("out"), TestContext.Current.CancellationToken);
        var path = Directory.GetFiles(_folder.File("out"), "original.original.coreml16.40.parquet", SearchOption.AllDirectories).Single();
        var bytes = File.ReadAllBytes(path);
        await using (var stream = File.Create(path))
        await using (var writer = await ParquetWriter.CreateAsync(
            new ParquetSchema(new DataField<int>("label")), stream, cancellationToken: TestContext.Current.CancellationToken))
            writer.CustomMetadata = new Dictionary<string, string> { ["gpuquant.rows"] = "2" };
        study.Run(_folder.File("out"), TestContext.Current.CancellationToken);
        Assert.Equal(bytes, File.ReadAllBytes(path));
        // What is damaged is not taken for old.
        File.WriteAllBytes(path, bytes[..^9]);
        Errors.Says<DataException>("not a whole Parquet file", () => study.Run(_folder.File("out"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Evaluate_ModelOfAStudy_NamesTheOriginToo()
    {
        (Study with { TestSets = ["original"] }).Run(_folder.File("out"), TestContext.Current.CancellationToken);
        var model = Assert.Single(Directory.GetDirectories(_folder.File("out/runs")));
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] command = ["evaluate", "--model", model, "--device", "cpu", "--test-set", "original,identity:1+scale", "--json",
            "--cache-dir", _folder.File("kept"), "--out", _folder.File("evaluation")];
        Assert.Equal(0, await CommandLine.RunAsync(command, output, error));
        Assert.Equal(["original", "generated"],
            File.ReadAllLines(_folder.File("evaluation/rq1.csv")).Skip(1).Select(line => line.Split(',')[^1]));
        Assert.Single(Directory.GetFiles(_folder.File("kept"), "*.npy"));
    }

    [Fact]
    public void Run_TestSetOfOtherData_IsRefusedBeforeTraining()
    {
        var error = Assert.Throws<UsageException>(
            () => (Study with { TestSets = ["frost"] }).Run(_folder.File("out"), TestContext.Current.CancellationToken));
        Assert.Contains("There is no shift 'frost' for glyphs/test", error.Message);
        Assert.False(Directory.Exists(_folder.File("out")));
        error = Assert.Throws<UsageException>(
            () => (Study with { TestSets = ["usps"] }).Run(_folder.File("out"), TestContext.Current.CancellationToken));
        Assert.Contains("does not belong to glyphs, but to mnist", error.Message);
    }
}
