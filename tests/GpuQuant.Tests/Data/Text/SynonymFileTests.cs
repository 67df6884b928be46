using GpuQuant.Data.Text;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data.Text;

public sealed class SynonymFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_Lines_GivesEachWordItsSynonymsOnceInTheirOrder()
    {
        var file = Read("# mine\nGood\tfine, decent,good\n\nmovie\tfilm\ngood\tDecent,nice\nalone\t\n");
        Assert.Equal(["good", "movie"], file.Words);
        Assert.Equal(["fine", "decent", "nice"], file.Of("good"));
        Assert.Equal(["film"], file.Of("movie"));
        Assert.Empty(file.Of("alone"));
        Assert.Empty(file.Of("unheard"));
    }

    [Fact]
    public void Digest_TellsContentsApartNotTheirOrder()
    {
        var digest = Read("good\tfine\nmovie\tfilm\n").Digest;
        Assert.Equal(digest, Read("movie\tfilm\r\ngood\tfine").Digest);
        Assert.NotEqual(digest, Read("movie\tfilm\ngood\tfine,nice\n").Digest);
        Assert.NotEqual(digest, Read("movie\tfine\ngood\tfilm\n").Digest);
    }

    [Theory]
    [InlineData("good\tfine\nmovie film\n", "line 2 is 'movie film'; expected a word, one tab, and its synonyms")]
    [InlineData("good\tfine\tnice\n", "line 1 is")]
    [InlineData("\tfine\n", "line 1 is")]
    [InlineData("# nothing\n", "has no word with a synonym; expected lines such as good<TAB>fine,decent.")]
    [InlineData("", "has no word with a synonym")]
    public void Read_WhatIsNoSuchFile_SaysWhatIsWrong(string text, string sentence)
    {
        var message = Assert.Throws<DataException>(() => Read(text)).Message;
        Assert.Contains(sentence, message);
        Assert.Contains("synonyms.tsv", message);
    }

    [Fact]
    public void Read_MissingFile_NamesIt() =>
        Assert.Contains("nowhere.tsv", Assert.Throws<DataException>(() => SynonymFile.Read(_folder.File("nowhere.tsv"))).Message);

    private SynonymFile Read(string text)
    {
        File.WriteAllText(_folder.File("synonyms.tsv"), text);
        return SynonymFile.Read(_folder.File("synonyms.tsv"));
    }
}
