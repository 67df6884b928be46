using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>The third finding: of the four uncertainties, the margin tells disagreeing inputs best.</summary>
internal static class MarginFinding
{
    private const string Margin = "margin", Metric = "auroc_pct";

    public static Finding Of(Rq3 rq3, PaperUncertainties paper)
    {
        const string statement = "The margin tells disagreeing inputs better than the other uncertainties.";
        const string measure = "mean over the models of the margin's AUROC minus the best other one's, in points";
        var models = rq3.Rows.Where(row => row.Result is not null).GroupBy(row => row.Model with { Seed = 0 })
            .Select(group => new Model(group.Key, [.. group.GroupBy(row => row.Model.Seed).Select(Aurocs)])).ToArray();
        if (models.Length == 0)
            return new("margin", statement, measure, null, null, Verdict.NotDecidable, "Too few inputs disagree.", []);
        var draws = Array.ConvertAll(Enumerable.Range(0, StudyBootstrap.Draws).ToArray(), draw => Draw(models, (uint)draw));
        Claim[] claims = [.. models.Select((model, i) => ClaimOf(model, [.. draws.Select(draw => draw[i])], paper))];
        // Across models: nets and strategies are what the study chose, so that only seeds are drawn again.
        var value = Interval.Of(models.Average(model => model.Difference), [.. draws.Select(draw => draw.Average())]);
        var known = claims.Where(claim => claim.Paper is not null).ToArray();
        var remark = string.Create(CultureInfo.InvariantCulture, $"{claims.Count(claim => claim.Holds)} of {claims.Length} models")
            + (known.Length == 0 ? "." : string.Create(CultureInfo.InvariantCulture,
                $"; the paper's numbers for these: {known.Count(claim => claim.HoldsInPaper == true)} of {known.Length}."));
        return new("margin", statement, measure, value, known.Length == 0 ? null : known.Average(claim => claim.Paper),
            Claim.Judge(value, 0, models.Min(model => model.Seeds.Count)), remark, claims);
    }

    private static IReadOnlyDictionary<string, double> Aurocs(IEnumerable<Rq3Row> seed) =>
        seed.ToDictionary(row => row.Uncertainty, row => row.Result!.AurocPct);

    private static double[] Draw(Model[] models, uint draw) =>
        [.. models.Select((model, i) =>
        {
            var random = new RandomStream(0, RandomPurpose.Evaluation, draw, (uint)i);
            return DifferenceOf([.. model.Seeds.Select(_ => model.Seeds[random.NextInt32(0, model.Seeds.Count)])]);
        })];

    // Seeds are averaged before the best other is chosen, or chance would choose it anew for each.
    private static double DifferenceOf(IReadOnlyList<IReadOnlyDictionary<string, double>> seeds) =>
        Mean(seeds, Margin) - Others(seeds).Max(name => Mean(seeds, name));

    private static IEnumerable<string> Others(IReadOnlyList<IReadOnlyDictionary<string, double>> seeds) =>
        seeds[0].Keys.Where(name => name != Margin);

    private static double Mean(IReadOnlyList<IReadOnlyDictionary<string, double>> seeds, string name) =>
        seeds.Average(seed => seed[name]);

    private static Claim ClaimOf(Model model, double[] draws, PaperUncertainties paper)
    {
        var interval = Interval.Of(model.Difference, draws);
        var best = Others(model.Seeds).MaxBy(name => Mean(model.Seeds, name))!;
        var detail = string.Create(CultureInfo.InvariantCulture,
            $"margin {Mean(model.Seeds, Margin):0.00}, best other {best} {Mean(model.Seeds, best):0.00}");
        var others = Others(model.Seeds).Select(Paper).Max();
        return new(model.Name.Dataset, model.Name.Architecture, model.Name.Strategy, "", interval, Paper(Margin) - others,
            Claim.Judge(interval, 0, model.Seeds.Count), detail);

        double? Paper(string name) => paper.Find(model.Name.Dataset, model.Name.Architecture, model.Name.Strategy, name, Metric);
    }

    private sealed record Model(Rq3Model Name, IReadOnlyList<IReadOnlyDictionary<string, double>> Seeds)
    {
        public double Difference => DifferenceOf(Seeds);
    }
}
