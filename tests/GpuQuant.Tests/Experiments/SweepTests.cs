using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Experiments;

/// <summary>Grids of runs: what they hold, what is kept, and what happens when runs fail or end early.</summary>
public sealed class SweepTests : IDisposable
{
    private static readonly float[] Rates = [1e-3f, 1e-2f], WithHopeless = [1e-3f, 1e30f];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Output => _folder.File("out");

    private Sweep Small => new()
    {
        Architectures = ["lenet1"],
        Quantizers = ["tflite8"],
        TestSets = ["original", "scale"],
        Epochs = 1,
        TestSamples = 50,
        Device = "cpu",
        CacheDirectory = _folder.File("cache"),
        Quiet = true,
    };

    private static Sweep OverRates(Sweep sweep, float[] rates) =>
        sweep.Over("rate", rates, (options, rate) => options with { Optimizer = new Adam { LearningRate = rate } });

    private static Results Run(Sweep sweep, string output) => sweep.Run(output, TestContext.Current.CancellationToken);

    [Fact]
    public void Plan_AxesAndFilters_HoldsWhatTheGridHas()
    {
        var sweep = OverRates(Small with { Strategies = ["standard", "mixup"], Seeds = 2 }, Rates)
            .Over("batch", [64, 128], (options, batch) => options with { BatchSize = batch })
            .Where(model => model.Strategy.Name == "standard" || model.Options.Seed == 0);
        using var plan = sweep.Plan(Output);
        Assert.Equal((2 + 1) * 2 * 2, plan.Runs.Count);
        Assert.Equal("glyphs lenet1 standard[rate=0.001,batch=64] seed 0", plan.Runs[0].Title);
        Assert.Equal(plan.Runs.Count, plan.Runs.Select(run => run.Path).Distinct().Count());
        Assert.All(plan.Runs, run => Assert.False(run.IsFinished || run.IsBegun));
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Run_Severities_TakesShiftsAtEach()
    {
        var results = Run(Small with { TestSets = ["original", "scale"], Severities = [1, 3] }, Output);
        Assert.Equal(["original", "scale:1", "scale:3"], results.ToRq1().Rows.Select(row => row.Key.TestSet).Distinct().Order());
    }

    [Fact]
    public void Run_Twice_TrainsOnce()
    {
        var sweep = OverRates(Small, Rates);
        var results = Run(sweep, Output);
        Assert.Equal(["standard[rate=0.001]", "standard[rate=0.01]"], results.ToRq1().Rows.Select(row => row.Key.Strategy).Distinct());
        Assert.Equal(2 * 2 * 2, results.Cells.Count);
        Assert.Equal(results.Cells, Results.Load(Output).Cells);
        var written = Directory.GetFiles(Output, "*", SearchOption.AllDirectories).ToDictionary(file => file, File.GetLastWriteTimeUtc);
        Assert.Equal(results.Cells, Run(sweep, Output).Cells);
        Assert.All(written, file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        // A further quantizer needs no further training, and the folder then holds the greater sweep.
        Assert.Equal(12, Run(sweep with { Quantizers = ["tflite8", "coreml8"] }, Output).Cells.Count);
        Assert.All(written.Where(file => file.Key.EndsWith("model.safetensors", StringComparison.Ordinal)),
            file => Assert.Equal(file.Value, File.GetLastWriteTimeUtc(file.Key)));
        Assert.Equal(12, Results.Load(Output).Cells.Count);
        File.Delete(Directory.GetFiles(Output, "*.tflite8.50.parquet", SearchOption.AllDirectories)[0]);
        Assert.Equal("1 of 12 results are not computed yet; run the sweep again.", Assert.Single(Results.Load(Output).Skipped));
    }

    [Fact]
    public void Run_LossNotANumber_LeavesTheOthersDone()
    {
        var failed = Assert.Throws<SweepException>(() => Run(OverRates(Small, [.. WithHopeless.Reverse()]), Output));
        Assert.Equal(1, failed.ExitCode);
        var failure = Assert.Single(failed.Failures);
        Assert.Equal("glyphs lenet1 standard[rate=1E+30] seed 0", failure.Title);
        Assert.Contains("1 of 2 runs failed", failed.Message);
        Assert.Contains(failure.Reason, failed.Message);
        Assert.Contains("loss", failure.Reason);
        Assert.Contains("   at GpuQuant.", File.ReadAllText(Path.Combine(failure.Path, "failure.txt")));
        Assert.All(failed.Results.Cells, cell => Assert.Equal("standard[rate=0.001]", cell.Counts.Key.Strategy));
        Assert.Equal(4, failed.Results.Cells.Count);
        // With fail-fast nothing comes after it; it is tried again each time.
        var fast = OverRates(Small with { FailFast = true, Seeds = 2 }, [.. WithHopeless.Reverse()]);
        Assert.Single(Assert.Throws<SweepException>(() => Run(fast, _folder.File("fast"))).Failures);
        Assert.Single(Directory.GetDirectories(_folder.File("fast/runs")));
    }

    [Fact]
    public void Run_StoppedInTheMiddle_GoesOnToTheSameBytes()
    {
        var sweep = Small with { Seeds = 3, Retrain = true };
        Run(sweep, _folder.File("calm"));
        using var stop = new CancellationTokenSource();
        using var watcher = new FileSystemWatcher(Directory.CreateDirectory(Output).FullName) { IncludeSubdirectories = true };
        // Files are written under another name first.
        watcher.Renamed += (_, made) =>
        {
            if (made.Name!.EndsWith(".parquet", StringComparison.Ordinal))
                stop.Cancel();
        };
        watcher.EnableRaisingEvents = true;
        Assert.ThrowsAny<OperationCanceledException>(() => sweep.Run(Output, stop.Token));
        watcher.EnableRaisingEvents = false;
        using (var plan = sweep.Plan(Output))
            Assert.Contains(plan.Runs, run => !run.IsFinished);
        Run(sweep, Output);
        Assert.Equal(Files(_folder.File("calm")).Length, Files(Output).Length);
        Assert.All(Files(_folder.File("calm")).Zip(Files(Output)), pair =>
        {
            Assert.Equal(Path.GetRelativePath(_folder.File("calm"), pair.First), Path.GetRelativePath(Output, pair.Second));
            Assert.Equal(File.ReadAllBytes(pair.First), File.ReadAllBytes(pair.Second));
        });

        string[] Files(string folder) => [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Path.GetExtension(file) is ".parquet" or ".csv" || Path.GetFileName(file) == "model.safetensors").Order()];
    }

    [Fact]
    public void Run_FolderOfAnotherProcess_IsRefused()
    {
        Directory.CreateDirectory(Output);
        using (new FileStream(Path.Combine(Output, "lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
            Errors.Says<UsageException>("Another process runs a sweep in", () => Run(Small, Output));
        Assert.False(Directory.Exists(Path.Combine(Output, "runs")));
        Assert.NotEmpty(Run(Small, Output).Cells);
    }

    [Fact]
    public void Run_ImpossibleGrid_IsRefusedBeforeAnythingRuns()
    {
        Errors.Says<UsageException>("no model passes its filters", () => Run(Small.Where(_ => false), Output));
        Errors.Says<UsageException>("The grid is empty", () => Run(Small with { Data = [] }, Output));
        Errors.Says<UsageException>("has no values", () => OverRates(Small, []));
        Errors.Says<UsageException>("the value '0.001' twice", () => OverRates(Small, [1e-3f, 1e-3f]));
        Errors.Says<UsageException>("was named 'a b'", () => Small.Over("a b", Rates, (options, _) => options));
        Errors.Says<UsageException>(
            "Unknown architecture 'lenet'; did you mean lenet1 or lenet5? Known: ",
            () => Run(Small with { Architectures = ["lenet"] }, Output));
        Errors.Says<UsageException>("'sheer'; did you mean shear?", () => Run(Small with { TestSets = ["sheer"] }, Output));
        Errors.Says<UsageException>("Unknown strategy 'mixing'. Known: ", () => Run(Small with { Strategies = ["mixing"] }, Output));
        Errors.Says<UsageException>("has no test set", () => Run(Small with { TestSets = [] }, Output));
        Errors.Says<UsageException>("0 workers", () => Run(Small with { Launcher = new LocalLauncher { Workers = 0 } }, Output));
        Assert.False(Directory.Exists(Path.Combine(Output, "runs")));
    }
}
