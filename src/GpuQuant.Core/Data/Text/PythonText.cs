using System.Globalization;
using System.Text;

namespace GpuQuant.Data.Text;

/// <summary>
/// What Python's <c>str.lower()</c> and the <c>\w</c> of its <c>re</c> mean, where .NET's own differ: the published texts were
/// prepared with them.
/// </summary>
internal static class PythonText
{
    private const char CapitalSigma = '\u03A3', FinalSigma = '\u03C2', CapitalDottedI = '\u0130';

    /// <summary>
    /// The text in lower case. .NET maps letter by letter; Python also writes the dotted capital I (U+0130) as i and a combining dot
    /// (U+0307), and a capital sigma as the final one where it ends a word.
    /// </summary>
    public static string Lower(string text)
    {
        var lower = text.ToLowerInvariant();
        if (!text.AsSpan().ContainsAny(CapitalSigma, CapitalDottedI))
            return lower;
        var letters = lower.ToCharArray();
        for (var i = 0; i < letters.Length; i++)
            if (text[i] == CapitalSigma && EndsWord(text, i))
                letters[i] = FinalSigma;
        // Invariant lower case leaves U+0130 as it is, on some systems; no other letter becomes it.
        return new string(letters).Replace("\u0130", "i\u0307", StringComparison.Ordinal);
    }

    /// <summary>
    /// Whether Python's <c>\w</c> matches: letters, every kind of number (fractions, superscripts, Roman numerals too) and the
    /// underscore. .NET's takes combining marks, joiners and all connecting punctuation as well, but of the numbers digits only.
    /// </summary>
    public static bool IsWord(Rune rune) => rune.Value == '_' || Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter
        or UnicodeCategory.ModifierLetter or UnicodeCategory.OtherLetter
        or UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber;

    /// <summary>Unicode's Final_Sigma: a cased letter before, none after, whatever case-ignorable marks lie between.</summary>
    private static bool EndsWord(string text, int sigma) => HasCased(text, sigma, -1) && !HasCased(text, sigma, +1);

    private static bool HasCased(string text, int from, int step)
    {
        var i = from + step;
        while ((uint)i < (uint)text.Length && IsCaseIgnorable(text[i]))
            i += step;
        return (uint)i < (uint)text.Length && CharUnicodeInfo.GetUnicodeCategory(text[i]) is
            UnicodeCategory.UppercaseLetter or UnicodeCategory.LowercaseLetter or UnicodeCategory.TitlecaseLetter;
    }

    private static bool IsCaseIgnorable(char c) => c is '\'' or '.' or ':' or '\u00B7' or '\u2019'
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark
            or UnicodeCategory.Format or UnicodeCategory.ModifierLetter or UnicodeCategory.ModifierSymbol;
}
