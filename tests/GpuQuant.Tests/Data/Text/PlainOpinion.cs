namespace GpuQuant.Tests.Data.Text;

/// <summary>Reads an opinion of the grammar back, clause by clause, and adds up what it says.</summary>
internal static class PlainOpinion
{
    private static readonly HashSet<string> Good =
    [
        "good", "great", "lovely", "clever", "warm", "charming", "fresh", "brilliant", "honest", "moving", "splendid", "pleasant",
        "like", "enjoy", "love", "admire", "praise", "recommend",
    ];

    private static readonly HashSet<string> Bad =
    [
        "bad", "poor", "dull", "clumsy", "cold", "tiresome", "stale", "awful", "false", "boring", "dreadful", "annoying",
        "hate", "regret", "resent", "loathe", "avoid", "dislike",
    ];

    public static int Score(string text)
    {
        var (score, clause, factor) = (0, new List<string>(), 1);
        foreach (var word in text.Split(' ').Append("and"))
        {
            if (word is not ("and" or "but"))
            {
                clause.Add(word);
                continue;
            }
            score += factor * Judge(clause);
            (clause, factor) = ([], word == "but" ? 2 : 1);
        }
        return score;
    }

    private static int Judge(List<string> clause)
    {
        var sign = clause.Any(Good.Contains) ? 1 : clause.Any(Bad.Contains) ? -1 : 0;
        var isNegated = clause.Any(word => word is "not" or "never" or "hardly" or "nobody");
        return (isNegated ? -sign : sign) * (clause.Contains("very") ? 3 : clause.Contains("slightly") ? 1 : 2);
    }
}
