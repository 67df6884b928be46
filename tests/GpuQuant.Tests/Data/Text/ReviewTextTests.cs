using GpuQuant.Data.Text;

namespace GpuQuant.Tests.Data.Text;

public class ReviewTextTests
{
    // Tags vanish without a space; everything but A to Z becomes one; runs of spaces become one; lower case. A tag ends with the first >
    // and holds no line feed: "<b" before a line feed is no tag.
    [Theory]
    [InlineData("Good<br /><br />Bad", "goodbad")]
    [InlineData("A 10/10  film.<i>Tr\u00e8s</i> bon!", "a film tr s bon ")]
    [InlineData("a<b\nc> d", "a b c d")]
    [InlineData("a<b<c>d>e", "ad e")]
    [InlineData("1 < 2 or 3 > 2", " ")]
    [InlineData("x<y", "x y")]
    [InlineData("don't\u0085stop\tnow", "don t stop now")]
    [InlineData("\u0130\u212a", " ")]
    [InlineData("", "")]
    public void Clean_Review_LeavesLowerCaseLettersAndSingleSpaces(string review, string expected) =>
        Assert.Equal(expected, ReviewText.Clean(review));

    /// <summary>A million opening brackets take as long as a million letters, not the square of it.</summary>
    [Fact]
    public void Clean_ManyOpenTags_EndsSoon() => Assert.Equal(" ", ReviewText.Clean(new string('<', 1 << 20)));
}
