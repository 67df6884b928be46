using System.Diagnostics;
using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Numerics;

namespace GpuQuant.Benchmarks;

/// <summary>
/// Rows per input, each measured in a process of its own: 100,000 loaded and made a table of all columns, ten million counted cell by
/// cell. Seconds since the process began, and its greatest memory.
/// </summary>
internal static class Rows
{
    private const int CellSize = 10_000;

    public static void Run()
    {
        var folder = Directory.CreateTempSubdirectory("gpuquant-rows-").FullName;
        try
        {
            foreach (var (work, cells) in new[] { ("table", 10), ("count", 1000) })
            {
                var file = Path.Combine(folder, work + ".parquet");
                RowsFile.Write(file, Enumerable.Range(0, cells).Select(Cell), new Dictionary<string, string>());
                Console.WriteLine(FormattableString.Invariant(
                    $"{work}: {cells * CellSize:N0} rows, {new FileInfo(file).Length / 1048576.0:F0} MiB"));
                for (var turn = 0; turn < 3; turn++)
                    Measure(work, file);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>The part in its own process.</summary>
    public static void Work(string work, string file)
    {
        var results = Results.Load(file);
        var rows = work == "table" ? RowsFile.ToDataFrame(results.Rows()).Rows.Count : results.Disagreement().Rows.Count;
        using var process = Process.GetCurrentProcess();
        Console.WriteLine(FormattableString.Invariant($"  {rows:N0} lines in {(DateTime.Now - process.StartTime).TotalSeconds:F2} s, ")
            + FormattableString.Invariant($"{process.TotalProcessorTime.TotalSeconds:F2} s of processor, ")
            + FormattableString.Invariant($"{process.PeakWorkingSet64 / 1048576.0:F0} MiB"));
    }

    private static void Measure(string work, string file)
    {
        using var process = Process.Start(Environment.ProcessPath!, ["rows", work, file]);
        process.WaitForExit();
    }

    private static EvaluationRows Cell(int index)
    {
        var random = new RandomStream(1, RandomPurpose.Evaluation, sample: (uint)index);
        var classes = Enumerable.Range(0, 3).Select(_ => Draw(() => random.NextInt32(0, 10))).ToArray();
        var scores = Enumerable.Range(0, 12).Select(_ => Draw(() => (float)random.NextDouble())).ToArray();
        var key = new CellKey("mnist", "lenet5", "standard", (ulong)(index / 100), $"quantizer{index % 5}", $"test_set{index / 5 % 20}");
        return new EvaluationRows(
            key, "generated", classes[0], classes[1], classes[2], new bool[CellSize], scores[0], scores[1], scores[2], scores[3],
            scores[4], scores[5], scores[6], scores[7], scores[8], scores[9], scores[10], scores[11], Draw(() => random.NextInt32(0, 6)));

        static T[] Draw<T>(Func<T> draw) => [.. Enumerable.Range(0, CellSize).Select(_ => draw())];
    }
}
