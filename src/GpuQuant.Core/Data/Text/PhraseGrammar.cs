using GpuQuant.Numerics;

namespace GpuQuant.Data.Text;

/// <summary>
/// Writes short opinions whose class follows from their words' order. A text is a row of clauses joined by "and" or "but". A clause judges
/// a thing ("the plot was very dull", "i do not enjoy the music", "nobody called the cast clever") or says nothing of it ("it was not our
/// first visit"). A judgement counts 2, with "very" 3, with "slightly" 1; a negation turns its sign; after "but" it counts double. The
/// sign of the sum is the class, 1 for positive; sums between -2 and 2 are drawn again.
/// </summary>
/// <example>"the plot was very dull but i do not regret the evening" is -3 + 2 * 2 = 1: drawn again.</example>
internal static class PhraseGrammar
{
    private const int LeastScore = 3, ButPercent = 20;

    private static readonly string[] Good =
        ["good", "great", "lovely", "clever", "warm", "charming", "fresh", "brilliant", "honest", "moving", "splendid", "pleasant"];

    private static readonly string[] Bad =
        ["bad", "poor", "dull", "clumsy", "cold", "tiresome", "stale", "awful", "false", "boring", "dreadful", "annoying"];

    private static readonly string[] Welcoming = ["like", "enjoy", "love", "admire", "praise", "recommend"];
    private static readonly string[] Rejecting = ["hate", "regret", "resent", "loathe", "avoid", "dislike"];
    private static readonly string[] Linking = ["was", "seemed", "felt"];
    private static readonly string[] Negations = ["not", "never", "hardly"];

    // Negations that negate no judgement, so that a "not" alone says nothing.
    private static readonly string[] Remarks =
        ["we did not wait long", "it was not our first visit", "we came with friends", "i never write much", "nobody asked us"];

    /// <summary>Draws one opinion; both classes have equal odds.</summary>
    public static LabelledText Write(ref RandomStream random, PhraseStyle style)
    {
        var isPositive = random.NextBool();
        while (true)
        {
            var (text, score) = Draw(ref random, style);
            if ((isPositive ? score : -score) >= LeastScore)
                return new LabelledText(text, (byte)(isPositive ? 1 : 0));
        }
    }

    private static (string Text, int Score) Draw(ref RandomStream random, PhraseStyle style)
    {
        var (text, score) = Clause(ref random, style);
        for (var more = random.NextInt32(style.FewestClauses, style.MostClauses + 1) - 1; more > 0; more--)
        {
            var isContrast = Happens(ref random, ButPercent);
            var (clause, value) = Clause(ref random, style);
            text += (isContrast ? " but " : " and ") + clause;
            score += isContrast ? 2 * value : value;
        }
        return (text, score);
    }

    private static (string Text, int Score) Clause(ref RandomStream random, PhraseStyle style)
    {
        var kind = random.NextInt32(0, 100);
        if (kind < 12)
            return (Pick(ref random, Remarks), 0);
        var (isGood, isNegated) = (random.NextBool(), Happens(ref random, style.NegatedPercent));
        var thing = "the " + Pick(ref random, style.Nouns);
        var (text, weight) = kind switch
        {
            < 60 => Description(ref random, thing, isGood, isNegated),
            < 85 => ($"i {(isNegated ? "do not " : "")}{Pick(ref random, isGood ? Welcoming : Rejecting)} {thing}", 2),
            _ => ($"{(isNegated ? "nobody" : "everybody")} called {thing} {Pick(ref random, isGood ? Good : Bad)}", 2),
        };
        return (text, isGood != isNegated ? weight : -weight);
    }

    private static (string Text, int Weight) Description(ref RandomStream random, string thing, bool isGood, bool isNegated)
    {
        var link = Pick(ref random, Linking);
        var negation = isNegated ? Pick(ref random, Negations) + " " : "";
        var (degree, weight) = random.NextInt32(0, 100) switch { < 25 => ("very ", 3), < 40 => ("slightly ", 1), _ => ("", 2) };
        return ($"{thing} {link} {negation}{degree}{Pick(ref random, isGood ? Good : Bad)}", weight);
    }

    private static bool Happens(ref RandomStream random, int percent) => random.NextInt32(0, 100) < percent;

    private static string Pick(ref RandomStream random, string[] words) => words[random.NextInt32(0, words.Length)];
}
