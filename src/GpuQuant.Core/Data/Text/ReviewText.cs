using System.Text.RegularExpressions;

namespace GpuQuant.Data.Text;

/// <summary>The study's cleaning of movie reviews.</summary>
internal static partial class ReviewText
{
    // Linear in the text's length also where many tags open and none closes.
    private static readonly Regex Tag = new("<.*?>", RegexOptions.NonBacktracking);

    /// <summary>
    /// Deletes html tags (what stands before and after moves together), makes a single space of every run of other characters than the
    /// letters A to Z, and writes lower case: <c>A 10/10 film.&lt;br /&gt;Très bon</c> becomes <c>a film tr s bon</c>.
    /// </summary>
    public static string Clean(string review) => OtherThanLetters().Replace(Tag.Replace(review, ""), " ").ToLowerInvariant();

    [GeneratedRegex("[^a-zA-Z]+")]
    private static partial Regex OtherThanLetters();
}
