using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data.Text;

public class ImdbSourceTests
{
    private static readonly ImdbSource Source = new();
    private static readonly byte[] WholeTable = ImdbFiles.Table();

    [Theory]
    [InlineData("imdb/IMDB_Dataset.csv")]
    [InlineData("IMDB_Dataset.csv.gz")]
    [InlineData("imdb/IMDB_Dataset.csv.br")]
    [InlineData("imdb/IMDB Dataset.csv")]
    [InlineData("IMDB Dataset.csv.br")]
    public void Load_Table_TakesTheStudysRows(string name)
    {
        using var folder = new TemporaryFolder();
        Assert.False(Source.IsPresent(folder.Path));
        folder.Write(name, Path.GetExtension(name) switch
        {
            ".gz" => IdxBytes.Gzip(WholeTable),
            ".br" => IdxBytes.Brotli(WholeTable),
            _ => WholeTable,
        });
        AssertSets(folder.Path, ImdbFiles.IsPositive);
    }

    [Fact]
    public void Load_UnpackedFolderWithRowTable_TakesItsOrder()
    {
        using var folder = new TemporaryFolder();
        var rows = WantedRows().Take(5_000).ToArray();
        foreach (var row in rows)
            folder.Write("imdb/aclImdb/" + ScatteredPath(row), Encoding.UTF8.GetBytes(ImdbFiles.Review(row)));
        folder.Write("imdb/row_to_aclImdb.tsv.gz",
            IdxBytes.Gzip([.. rows.SelectMany(row => Encoding.UTF8.GetBytes($"{row}\t{ScatteredPath(row)}\n"))]));
        var train = Source.Load(DataPart.Train, folder.Path);
        for (var row = 0; row < 5_000; row++)
        {
            Assert.Equal(ImdbFiles.IsPositive(row) ? 1 : 0, train.Label(row));
            Assert.Equal([0, 0, 1, row + 2], Ids(train.Sample(row))[196..]);
        }
        Assert.Contains("aclImdb' lacks the review of row 25000",
            Assert.Throws<DataException>(() => Source.Load(DataPart.Test, folder.Path)).Message);
    }

    [Fact]
    public void Load_ArchiveWithRowTable_TakesItsOrder()
    {
        using var folder = new TemporaryFolder();
        var rows = WantedRows().Reverse().ToArray();
        folder.Write("imdb/aclImdb_v1.tar.gz",
            ImdbFiles.Archive(rows.Select(row => ("aclImdb/" + ScatteredPath(row), ImdbFiles.Review(row)))));
        folder.Write("imdb/row_to_aclImdb.tsv",
            [.. rows.SelectMany(row => Encoding.UTF8.GetBytes($"{row}\t{ScatteredPath(row)}\n"))]);
        AssertSets(folder.Path, ImdbFiles.IsPositive);
    }

    /// <summary>Without a table: even rows positive, odd rows negative, number n at place n * 7919 mod 12500 of its folder.</summary>
    [Fact]
    public void Load_ArchiveAlone_HasABalancedOrderOfItsOwn()
    {
        using var folder = new TemporaryFolder();
        var files = new List<(string, string)> { ("aclImdb/README", "x"), ("aclImdb/train/unsup/0_0.txt", "x") };
        for (var n = 0; n < 12_500; n++)
        {
            var place = n * 7919 % 12_500;
            if (place >= 2_500)
                continue;
            files.Add(($"aclImdb/test/neg/{n}_2.txt", ImdbFiles.Review(25_000 + 2 * place + 1)));
            files.Add(($"aclImdb/test/pos/{n}_9.txt", ImdbFiles.Review(25_000 + 2 * place)));
            files.Add(($"aclImdb/train/neg/{n}_1.txt", ImdbFiles.Review(2 * place + 1)));
            files.Add(($"aclImdb/train/pos/{n}_10.txt", ImdbFiles.Review(2 * place)));
        }
        folder.Write("aclImdb_v1.tar.gz", ImdbFiles.Archive(files));
        AssertSets(folder.Path, row => row % 2 == 0);
    }

    [Fact]
    public void Load_TooFewRows_NamesTheFirstThatLacks()
    {
        using var folder = new TemporaryFolder();
        folder.Write("IMDB_Dataset.csv", ImdbFiles.Table(26_000));
        Assert.Equal(5_000, Source.Load(DataPart.Train, folder.Path).Count);
        Assert.Contains("IMDB_Dataset.csv' lacks the review of row 26000",
            Assert.Throws<DataException>(() => Source.Load(DataPart.Test, folder.Path)).Message);
    }

    [Theory]
    [InlineData("text,sentiment\n", "has no column 'review', only 'text', 'sentiment'")]
    [InlineData("review,sentiment\nx,neutral\n", "record 1, line 2, has the sentiment 'neutral', expected positive or negative")]
    [InlineData("review,sentiment\nx,positive\n", "lacks the review of row 1")]
    [InlineData("review,sentiment\n\"x,positive\n", "record 1, line 2, opens a quote that is never closed")]
    [InlineData("review,sentiment\nx\n", "record 1, line 2, has 1 field(s), expected 2")]
    public void Load_DamagedTable_SaysWhatIsWrong(string table, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("imdb/IMDB_Dataset.csv", Encoding.UTF8.GetBytes(table));
        Assert.Contains(expected, Assert.Throws<DataException>(() => Source.Load(DataPart.Train, folder.Path)).Message);
    }

    [Theory]
    [InlineData(".br")]
    [InlineData(".gz")]
    public void Load_DamagedCompression_IsADataError(string ending)
    {
        using var folder = new TemporaryFolder();
        var whole = ending == ".br" ? IdxBytes.Brotli(WholeTable) : IdxBytes.Gzip(WholeTable);
        foreach (var bytes in new[] { whole[..2000], [.. whole[..2000], .. Enumerable.Repeat((byte)0xa5, 5000)], [1, 2, 3] })
        {
            folder.Write("IMDB_Dataset.csv" + ending, bytes);
            var error = Assert.Throws<DataException>(() => Source.Load(DataPart.Train, folder.Path));
            Assert.Contains("IMDB_Dataset.csv" + ending, error.Message);
        }
    }

    /// <summary>
    /// The expected numbers were computed by a separate program (Python's csv and re modules and the rules of Keras's tokenizer), from the
    /// same file; the hashes are over all samples' ids, little-endian, followed by all labels.
    /// </summary>
    [Fact]
    public void Load_RealReviews_AreThoseOfTheIndependentProgram()
    {
        var folder = RealData.Require(Source);
        var (train, test) = (Source.Load(DataPart.Train, folder), Source.Load(DataPart.Test, folder));
        Assert.Equal("8ef00ea99d5be23027c12a7bcb05965dfb7a087d976ac7ac24dd0c039c93ea4b", Hash(train));
        Assert.Equal("b0dc86806704428f05a7600b1649af4ba5dd6e0c530f168732119c1dbfe9466e", Hash(test));
        var tokenizer = ImdbSource.Tokenizer(folder);
        Assert.Equal(38_350, tokenizer.Vocabulary.Count);
        Assert.Equal(["the", "and", "a", "of", "to", "is", "it", "in", "i", "this"], tokenizer.Vocabulary.Take(10));
        // Test rows 25,000 and 25,002 have 69 and 153 known words, training row 0 has 308.
        Assert.Equal([131, 47, 0], new[] { test.Sample(0), test.Sample(2), train.Sample(0) }.Select(s => Ids(s).Count(id => id == 0)));
    }

    internal static string Hash(IDataset set) => Convert.ToHexStringLower(SHA256.HashData(
        [.. set.Samples(set.Count), .. Enumerable.Range(0, set.Count).Select(i => (byte)set.Label(i))]));

    private static IEnumerable<int> WantedRows() => Enumerable.Range(0, 5_000).Concat(Enumerable.Range(25_000, 5_000));

    /// <summary>Some path of its own for each row, in the folder of its class: rows 25,000 and above lie in train.</summary>
    private static string ScatteredPath(int row) => (row < 25_000 ? "test/" : "train/")
        + (ImdbFiles.IsPositive(row) ? $"pos/{row % 12_500}_7.txt" : $"neg/{row % 12_500}_4.txt");

    private static void AssertSets(string folder, Func<int, bool> isPositive)
    {
        Assert.True(Source.IsPresent(folder));
        var (train, test) = (Source.Load(DataPart.Train, folder), Source.Load(DataPart.Test, folder));
        Assert.Equal(("imdb/train", "imdb/test"), (train.Name, test.Name));
        foreach (var set in new[] { train, test })
            Assert.Equal((5_000, 2, new Shape(200), DType.Int32), (set.Count, set.Classes, set.SampleShape, set.SampleType));
        for (var row = 0; row < 5_000; row++)
        {
            Assert.Equal(isPositive(row) ? 1 : 0, train.Label(row));
            Assert.Equal(isPositive(25_000 + row) ? 1 : 0, test.Label(row));
            Assert.Equal([0, 0, 1, row + 2], Ids(train.Sample(row))[196..]);
            Assert.Equal([0, 1, 1, row + 2], Ids(test.Sample(row))[196..]);
        }
    }

    private static int[] Ids(byte[] sample) => MemoryMarshal.Cast<byte, int>(sample).ToArray();
}
