using System.Text;
using GpuQuant.Data.Text;

namespace GpuQuant.Tests.Data.Text;

/// <summary>Expectations are what Python's documentation of str.lower and re says.</summary>
public class PythonTextTests
{
    [Theory]
    [InlineData("The CAT", "the cat")]
    [InlineData("\u00c9T\u00c9 \u0416", "\u00e9t\u00e9 \u0436")]
    [InlineData("\u0130x", "i\u0307x")]
    [InlineData("\u1e9e", "\u00df")]
    [InlineData("\u039f\u0394\u039f\u03a3", "\u03bf\u03b4\u03bf\u03c2")]
    [InlineData("\u039f\u0394\u039f\u03a3.", "\u03bf\u03b4\u03bf\u03c2.")]
    [InlineData("\u039f\u03a3\u0391", "\u03bf\u03c3\u03b1")]
    [InlineData("\u03a3", "\u03c3")]
    [InlineData("A\u0301\u03a3 \u03a3\u03a3", "a\u0301\u03c2 \u03c3\u03c2")]
    [InlineData("A'\u03a3'B", "a'\u03c3'b")]
    [InlineData("\ud801\udc00", "\ud801\udc28")]
    [InlineData("\ud800A", "\ud800a")]
    public void Lower_OfAText_IsPythons(string text, string expected) => Assert.Equal(expected, PythonText.Lower(text));

    /// <summary>Letters, numbers of every kind, the underscore; no marks, joiners or other connecting punctuation.</summary>
    [Fact]
    public void IsWord_OfCharacters_IsPythons()
    {
        const string inWords = "aZ\u00e9\u4e2d09_\u0663\u00b2\u00bd\u2167\u02b0\u01c5\u00aa";
        const string between = " -'.\t\n\u0085\u0301\u0903\u203f\u200d\u200c\u00a0\u20ac\u2019";
        Assert.All(inWords, c => Assert.True(PythonText.IsWord(new Rune(c)), $"{(int)c:x}"));
        Assert.All(between, c => Assert.False(PythonText.IsWord(new Rune(c)), $"{(int)c:x}"));
        Assert.True(PythonText.IsWord(new Rune(0x10400)));
        Assert.False(PythonText.IsWord(new Rune(0x1F600)));
    }
}
