using System.Runtime.InteropServices;
using System.Text;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data.Text;

/// <summary>The test sets cr and yelp.</summary>
public class NaturalTextSetsTests
{
    private static readonly string[] Parts = ["CR.train", "CR.dev", "CR.test", "MR.train", "MR.dev", "MR.test"];

    // Training row 0 is "good film film", all others are empty: film = 1, good = 2, ete = 3, x = 4.
    private static readonly byte[] Reviews =
        ImdbFiles.Table(5_000, row => row == 0 ? "good film film ete x,positive" : ",negative");

    /// <summary>
    /// The: a stop word. Good-FILM: \W between. good_film: the tokenizer, not \W, splits it. 2: no word of the training texts. e with a
    /// combining acute: the accent is \W and splits. The last line has no text.
    /// </summary>
    [Fact]
    public void Cr_Lines_AreCleanedAsStated()
    {
        using var folder = Folder("The Good-FILM (2) !\t1\n good_film\u0085x  \t0\ne\u0301te ete\t1\r\n\t0\n");
        var set = new CrTestSet().Load(folder.Path);
        Assert.Equal(("imdb/cr", 24, 2, new Shape(200)), (set.Name, set.Count, set.Classes, set.SampleShape));
        Assert.Equal([1, 0, 1, 0, 1, 0], Enumerable.Range(0, 6).Select(set.Label));
        Assert.Equal([2, 1], Words(set, 0));
        Assert.Equal([2, 1, 4], Words(set, 1));
        Assert.Equal([3], Words(set, 2));
        Assert.Empty(Words(set, 3));
    }

    [Fact]
    public void Cr_StopWordsFile_ReplacesTheBuiltInOnes()
    {
        using var folder = Folder("the good film\t1\n");
        folder.Write("sentiment/stopwords.txt", "good\n"u8.ToArray());
        Assert.Equal([1], Words(new CrTestSet().Load(folder.Path), 0));
    }

    [Fact]
    public void Cr_MoreThan5000Lines_KeepsTheFirst()
    {
        using var folder = Folder("good\t1\n");
        folder.Write("sentiment/CR.dev", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("film\t0\n", 4_998))));
        var set = new CrTestSet().Load(folder.Path);
        Assert.Equal(5_000, set.Count);
        Assert.Equal((1, 0, 0, 1), (set.Label(0), set.Label(1), set.Label(4_998), set.Label(4_999)));
    }

    [Theory]
    [InlineData("good 1\n", "CR.train' line 1 ends with 'good 1', expected a tab and the class 0 or 1")]
    [InlineData("good\t1\nbad\t2\n", "CR.train' line 2 ends with 'bad\t2'")]
    [InlineData("good\t1\n\n", "CR.train' line 2 ends with ''")]
    public void Cr_WrongLine_IsNamed(string lines, string expected)
    {
        using var folder = Folder(lines);
        Assert.Contains(expected, Assert.Throws<DataException>(() => new CrTestSet().Load(folder.Path)).Message);
    }

    [Fact]
    public void Cr_NoUtf8_NamesLineAndByte()
    {
        using var folder = Folder("good\t1\n");
        folder.Write("sentiment/CR.train", Encoding.Latin1.GetBytes("good\t1\nfilm \u00e9\t0\n"));
        var error = Assert.Throws<DataException>(() => new CrTestSet().Load(folder.Path));
        Assert.Contains("CR.train' line 2 has the byte 0xE9", error.Message);
    }

    [Fact]
    public void Yelp_Table_DropsThreeStarsAndDoesNotClean()
    {
        using var folder = new TemporaryFolder();
        folder.Write("imdb/IMDB_Dataset.csv", Reviews);
        folder.Write("yelp/yelp.csv",
            "id,stars,text\n1,5,The GOOD film<br>x\n2,3,good\n3,4,\"film,\ngood\"\n4,2,film's\n5,1,film\n"u8.ToArray());
        var set = new YelpTestSet().Load(folder.Path);
        Assert.Equal("imdb/yelp", set.Name);
        Assert.Equal([1, 1, 0, 0], Enumerable.Range(0, set.Count).Select(set.Label));
        // The tokenizer makes a space of < and >; "film's" is one word, and unknown.
        Assert.Equal([2, 1, 4], Words(set, 0));
        Assert.Equal([1, 2], Words(set, 1));
        Assert.Empty(Words(set, 2));
    }

    [Theory]
    [InlineData("stars,review\n", "has no column 'text'")]
    [InlineData("stars,text\n5,x\n6,x\n", "record 2, line 3, has '6' stars, expected 1 to 5")]
    [InlineData("stars,text\nfive,x\n", "record 1, line 2, has 'five' stars")]
    public void Yelp_DamagedTable_SaysWhatIsWrong(string table, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("imdb/IMDB_Dataset.csv", Reviews);
        folder.Write("yelp/yelp.csv", Encoding.UTF8.GetBytes(table));
        Assert.Contains(expected, Assert.Throws<DataException>(() => new YelpTestSet().Load(folder.Path)).Message);
    }

    [Fact]
    public void IsPresent_WithoutTheReviewsOfImdb_IsFalse()
    {
        using var folder = Folder("good\t1\n");
        folder.Write("yelp/yelp.csv", "stars,text\n"u8.ToArray());
        Assert.True(new CrTestSet().IsPresent(folder.Path));
        Assert.True(new YelpTestSet().IsPresent(folder.Path));
        File.Delete(folder.File("imdb/IMDB_Dataset.csv"));
        Assert.False(new CrTestSet().IsPresent(folder.Path));
        Assert.False(new YelpTestSet().IsPresent(folder.Path));
        Assert.Contains("gpuquant data get imdb", Assert.Throws<DataException>(() => new YelpTestSet().Load(folder.Path)).Message);
    }

    /// <summary>As for imdb: computed by a separate program in Python from the same files.</summary>
    [Theory]
    [InlineData("cr", 3018, "1d13f066274436d3a2a992f7246cbb261656fa8e8881ba3d30727dada8810275")]
    [InlineData("yelp", 4025, "be950771e7a5447d7dba9bef928abe3ad05dc23a28c79079d445c372fb92ca49")]
    public void Load_RealTexts_AreThoseOfTheIndependentProgram(string name, int positive, string expected)
    {
        var set = Catalog.Get<INaturalTestSet>("test set", name);
        var folder = RealData.Require(new ImdbSource());
        Assert.SkipUnless(set.IsPresent(folder), $"The files of {name} are not in the data folder.");
        var loaded = set.Load(folder);
        Assert.Equal(5_000, loaded.Count);
        Assert.Equal(positive, Enumerable.Range(0, loaded.Count).Sum(loaded.Label));
        Assert.Equal(expected, ImdbSourceTests.Hash(loaded));
    }

    [Fact]
    public void StopWords_BuiltIn_AreThoseOfTheDataFolder()
    {
        Assert.Equal(153, StopWords.English.Distinct().Count());
        var path = DataDirectory.Find(RealData.Require(new ImdbSource()), "sentiment", "stopwords.txt");
        Assert.SkipWhen(path is null, "The data folder has no sentiment/stopwords.txt.");
        Assert.Equal(File.ReadAllLines(path!), StopWords.English);
    }

    /// <summary>The same lines in all six files, and imdb beside them.</summary>
    private static TemporaryFolder Folder(string lines)
    {
        var folder = new TemporaryFolder();
        folder.Write("imdb/IMDB_Dataset.csv", Reviews);
        foreach (var part in Parts)
            folder.Write("sentiment/" + part, Encoding.UTF8.GetBytes(lines));
        return folder;
    }

    private static int[] Words(IDataset set, int index) =>
        [.. MemoryMarshal.Cast<byte, int>(set.Sample(index)).ToArray().SkipWhile(id => id == 0)];
}
