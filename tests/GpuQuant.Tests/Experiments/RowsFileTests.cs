using GpuQuant.Evaluation;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using Microsoft.Data.Analysis;
using Parquet;
using Parquet.Schema;

namespace GpuQuant.Tests.Experiments;

public sealed class RowsFileTests : IDisposable
{
    private static readonly Dictionary<string, string> Metadata = new() { ["device"] = "cpu", ["commit"] = "0123abc" };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_Read_GivesTheSameCells()
    {
        EvaluationRows[] cells =
        [
            Cells.Make("float32", "original", seed: ulong.MaxValue, count: 3),
            Cells.Make("tflite8", "shot_noise", seed: 0, count: 1000, floatErrors: 20, disagreements: 30, ties: 4),
            Cells.Make("größe \"x\", y", "τest", architecture: "", count: 1),
        ];
        var path = _folder.File("rows.parquet");
        RowsFile.Write(path, cells, Metadata);
        var read = RowsFile.Read(path);
        Assert.Equal(cells.Length, read.Count);
        foreach (var (expected, actual) in cells.Zip(read))
            AssertEqual(expected, actual);
    }

    [Fact]
    public void Write_NotANumber_KeepsItsBits()
    {
        var cell = Cells.Make(count: 4) with
        {
            Entropy = [float.NaN, float.PositiveInfinity, -0f, float.Epsilon],
            Gini = [.. Enumerable.Repeat(float.NaN, 4)],
        };
        var path = _folder.File("rows.parquet");
        RowsFile.Write(path, [cell], Metadata);
        AssertEqual(cell, Assert.Single(RowsFile.Read(path)));
    }

    [Fact]
    public void Write_SameRowsTwice_GivesTheSameBytes()
    {
        EvaluationRows[] cells = [Cells.Make(count: 5000, disagreements: 7), Cells.Make("coreml8", count: 5000)];
        RowsFile.Write(_folder.File("a"), cells, Metadata);
        RowsFile.Write(_folder.File("b"), cells, Metadata.Reverse().ToDictionary());
        Assert.Equal(File.ReadAllBytes(_folder.File("a")), File.ReadAllBytes(_folder.File("b")));
        RowsFile.Write(_folder.File("b"), cells.Reverse(), Metadata);
        Assert.NotEqual(File.ReadAllBytes(_folder.File("a")), File.ReadAllBytes(_folder.File("b")));
    }

    [Fact]
    public void ReadMetadata_Written_AddsTheFormat()
    {
        RowsFile.Write(_folder.File("a"), [Cells.Make()], Metadata);
        var read = RowsFile.ReadMetadata(_folder.File("a"));
        Assert.Equal(["0123abc", "cpu", "3"], [read["commit"], read["device"], read["gpuquant.rows"]]);
    }

    [Fact]
    public void Write_NoCells_ReadsAsNone()
    {
        RowsFile.Write(_folder.File("a"), [], Metadata);
        Assert.Empty(RowsFile.Read(_folder.File("a")));
        Assert.Equal("cpu", RowsFile.ReadMetadata(_folder.File("a"))["device"]);
    }

    [Fact]
    public void Write_BadCell_SaysWhichAndLeavesNoFile()
    {
        var path = _folder.File("rows.parquet");
        AssertRefused("has no inputs", Cells.Make(count: 0));
        AssertRefused("a column of 99 values", Cells.Make(count: 100) with { Margin = new float[99] });
        AssertRefused("a column of 0 values", Cells.Make(count: 100) with { Ties = [] });
        AssertRefused("comes twice", Cells.Make(), Cells.Make());
        Assert.Empty(Directory.GetFiles(_folder.Path));

        void AssertRefused(string problem, params EvaluationRows[] cells)
        {
            var error = Assert.Throws<UsageException>(() => RowsFile.Write(path, cells, Metadata));
            Assert.Contains(problem, error.Message, StringComparison.Ordinal);
            Assert.Contains("mnist/lenet5/standard/seed 1/tflite8/original", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_MissingFileOrFolder_NamesIt()
    {
        Errors.Says<DataException>("'nowhere.parquet' does not exist", () => RowsFile.Read("nowhere.parquet"));
        Errors.Says<DataException>("it is a folder", () => RowsFile.Read(_folder.Path));
    }

    [Fact]
    public void Read_CutAnywhere_IsADataException()
    {
        var path = _folder.File("rows.parquet");
        RowsFile.Write(path, [Cells.Make(count: 50), Cells.Make("coreml8", count: 50)], Metadata);
        var whole = File.ReadAllBytes(path);
        for (var length = 0; length < whole.Length; length += 97)
        {
            File.WriteAllBytes(path, whole[..length]);
            var error = Assert.Throws<DataException>(() => RowsFile.Read(path));
            Assert.Contains(path, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_TextFile_IsADataException()
    {
        File.WriteAllText(_folder.File("a.csv"), "rq,dataset,architecture\nrq1,mnist,lenet1\n");
        Errors.Says<DataException>("not a whole Parquet file", () => RowsFile.Read(_folder.File("a.csv")));
    }

    [Fact]
    public async Task Read_TwoCellsInARowGroup_IsRefused()
    {
        RowsFile.Write(_folder.File("a.parquet"), [Cells.Make()], new Dictionary<string, string>());
        await using (var reader = await ParquetReader.CreateAsync(
            _folder.File("a.parquet"), cancellationToken: TestContext.Current.CancellationToken))
        await using (var stream = File.Create(_folder.File("b.parquet")))
        {
            await using var writer = await ParquetWriter.CreateAsync(
                reader.Schema, stream, cancellationToken: TestContext.Current.CancellationToken);
            writer.CustomMetadata = reader.CustomMetadata;
            using var group = writer.CreateRowGroup();
            foreach (var field in reader.Schema.GetDataFields())
                await WriteTwo(group, field);
            group.CompleteValidate();
        }
        const string Sentence = "a row group holds several values of 'quantizer', or none; each is to be one cell.";
        Errors.Says<DataException>(Sentence, () => RowsFile.Read(_folder.File("b.parquet")));
        Errors.Says<DataException>(Sentence, () => Results.Load(_folder.File("b.parquet")));
    }

    [Fact]
    public async Task Read_ForeignParquet_SaysWhatIsMissing()
    {
        var path = _folder.File("foreign.parquet");
        await WriteForeign([]);
        Errors.Says<DataException>("not of evaluation rows", () => RowsFile.Read(path));
        await WriteForeign(new() { ["gpuquant.rows"] = "2" });
        Errors.Says<DataException>("the rows format '2', and this version reads '3'", () => RowsFile.Read(path));
        await WriteForeign(new() { ["gpuquant.rows"] = "3" });
        Errors.Says<DataException>("lacks the column 'architecture'", () => RowsFile.Read(path));

        async Task WriteForeign(Dictionary<string, string> metadata)
        {
            var field = new DataField("dataset", typeof(string), isNullable: false);
            await using var stream = File.Create(path);
            await using var writer = await ParquetWriter.CreateAsync(
                new ParquetSchema(field), stream, cancellationToken: TestContext.Current.CancellationToken);
            writer.CustomMetadata = metadata;
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(field, ["mnist"]);
        }
    }

    [Fact]
    public void ToDataFrame_TwoCells_HasARowPerInput()
    {
        var frame = RowsFile.ToDataFrame([Cells.Make(count: 3, disagreements: 1, ties: 1), Cells.Make("coreml8", seed: 7, count: 2)]);
        Assert.Equal(
            ["dataset", "architecture", "strategy", "seed", "quantizer", "test_set", "origin", "index", "label", "float_class",
             "quantized_class", "tie", "top1", "top2", "entropy", "gini", "margin", "least_confidence", "kl", "js",
             "label_probability", "quantized_top1", "quantized_top2", "quantized_label_probability", "top5"],
            frame.Columns.Select(column => column.Name));
        Assert.Equal(5, frame.Rows.Count);
        Assert.Equal([1L, 1L, 1L, 7L, 7L], frame.Columns.GetInt64Column("seed").Select(value => value!.Value));
        Assert.Equal([0, 1, 2, 0, 1], frame.Columns.GetInt32Column("index").Select(value => value!.Value));
        Assert.Equal([false, false, true, false, false], frame.Columns.GetBooleanColumn("tie").Select(value => value!.Value));
        Assert.Equal("coreml8", frame["quantizer"][3]);
        Assert.Equal((float)Math.Sin(602), frame["kl"][2]);
        Assert.Equal((float)Math.Sin(1102), frame["quantized_label_probability"][2]);
        Assert.Equal([0, 1, 2, 0, 1], frame.Columns.GetInt32Column("top5").Select(value => value!.Value));
    }

    [Fact]
    public void ToDataFrame_NoCells_HasTheColumns() => Assert.Equal((0, 25), Shape(RowsFile.ToDataFrame([])));

    private static (long Rows, int Columns) Shape(DataFrame frame) => (frame.Rows.Count, frame.Columns.Count);

    private static void AssertEqual(EvaluationRows expected, EvaluationRows actual)
    {
        Assert.Equal(expected.Key, actual.Key);
        Assert.Equal(expected.Labels, actual.Labels);
        Assert.Equal(expected.FloatClasses, actual.FloatClasses);
        Assert.Equal(expected.QuantizedClasses, actual.QuantizedClasses);
        Assert.Equal(expected.Ties, actual.Ties);
        Assert.Equal(expected.Top5, actual.Top5);
        Assert.Equal(Bits(expected), Bits(actual));
    }

    private static IEnumerable<int> Bits(EvaluationRows cell) =>
        new[]
        {
            cell.Top1, cell.Top2, cell.Entropy, cell.Gini, cell.Margin, cell.LeastConfidence, cell.KlDivergence, cell.JsDivergence,
            cell.LabelProbability, cell.QuantizedTop1, cell.QuantizedTop2, cell.QuantizedLabelProbability,
        }.SelectMany(scores => scores.Select(BitConverter.SingleToInt32Bits));

    // Two rows, equal but for their quantizers.
    private static Task WriteTwo(ParquetRowGroupWriter group, DataField field) => Type.GetTypeCode(field.ClrType) switch
    {
        TypeCode.Int32 => group.WriteAsync<int>(field, Enumerable.Range(0, 2).ToArray()),
        TypeCode.Int64 => group.WriteAsync<long>(field, new long[2]),
        TypeCode.Boolean => group.WriteAsync<bool>(field, new bool[2]),
        TypeCode.Single => group.WriteAsync<float>(field, new float[2]),
        _ => group.WriteAsync(field, Enumerable.Range(0, 2).Select(row => field.Name == "quantizer" ? $"scheme{row}" : "same").ToArray()),
    };
}
