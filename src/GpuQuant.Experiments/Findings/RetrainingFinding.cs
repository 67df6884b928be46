using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// The fourth finding: retraining with the disagreements added removes some and creates new ones; and its control: whether it leaves fewer
/// than the same further epochs without them.
/// </summary>
internal static class RetrainingFinding
{
    public static IEnumerable<Finding> Of(Rq4 rq4, PaperRetraining paper)
    {
        var nets = rq4.Rows.Where(row => row.Quantizer == RetrainingRow.Any).GroupBy(row => (row.Dataset, row.Architecture))
            .Select(group => new Net(group.Key.Dataset, group.Key.Architecture, Pairs([.. group]))).Where(net => net.Seeds.Count > 0)
            .ToArray();
        yield return Changes(nets, paper);
        yield return Control(nets, "retraining-none", "the same epochs with nothing added", seed => seed.Without);
        yield return Control(nets, "retraining-random", "the same epochs with as many random inputs added", seed => seed.Random);
    }

    // A seed in which nothing disagreed has nothing to add.
    private static IReadOnlyList<Seed> Pairs(RetrainingRow[] rows) =>
    [
        .. rows.GroupBy(row => row.Seed).OrderBy(seed => seed.Key).Select(seed => new Seed(
            seed.FirstOrDefault(row => row.Treatment == Treatment.Disagreements)!,
            seed.FirstOrDefault(row => row.Treatment == Treatment.Random)!, seed.FirstOrDefault(row => row.Treatment == Treatment.None)!))
            .Where(seed => seed.With is not null && seed.Random is not null && seed.Without is not null),
    ];

    private static Finding Changes(Net[] nets, PaperRetraining paper) => Finding(
        "retraining", "Retraining with the disagreements removes some of them and creates new ones.",
        "the lesser of old ones removed and new ones created, mean over the nets, in inputs", nets,
        // Both must be above 0 for the statement to hold.
        seeds => Math.Min(seeds.Average(seed => seed.With.Before - seed.With.OldRemaining), seeds.Average(seed => seed.With.New)),
        net => paper.Changes(net.Dataset, net.Architecture) is { } changes && Before(paper, net) is { } before
            ? Math.Min(Math.Max(0, before - changes.OldRemaining), changes.New) : null,
        net => string.Create(CultureInfo.InvariantCulture,
            $"{Mean(net, s => s.With.Before):0.0} before: {Mean(net, s => s.With.OldRemaining):0.0} remain, ")
            + string.Create(CultureInfo.InvariantCulture, $"{Mean(net, s => s.With.New):0.0} new")
            + (paper.Changes(net.Dataset, net.Architecture) is { } theirs
                ? string.Create(CultureInfo.InvariantCulture, $"; paper: {theirs.OldRemaining} remain, {theirs.New} new") : ""),
        "Counted on the original test set, any deployment.");

    private static Finding Control(Net[] nets, string name, string treatment, Func<Seed, RetrainingRow> control) => Finding(
        name, $"Retraining with the disagreements leaves fewer than {treatment} (a control that the paper lacks).",
        "disagreements after the control minus those after retraining with them, mean over the nets, in inputs", nets,
        seeds => seeds.Average(seed => control(seed).After - seed.With.After), _ => null,
        net => string.Create(CultureInfo.InvariantCulture,
            $"after: {Mean(net, s => s.With.After):0.0} with, {Mean(net, s => s.Without.After):0.0} without, ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{Mean(net, s => s.Random.After):0.0} with random ones; of inputs never trained on: ")
            + string.Create(CultureInfo.InvariantCulture,
                $"{Mean(net, s => s.With.HeldOutNew):0.0}, {Mean(net, s => s.Without.HeldOutNew):0.0}, ")
            + string.Create(CultureInfo.InvariantCulture, $"{Mean(net, s => s.Random.HeldOutNew):0.0}"),
        "Old ones among those added vanish since they were trained on; inputs never trained on say what is learned.");

    private static Finding Finding(
        string name, string statement, string measure, Net[] nets, Func<IReadOnlyList<Seed>, double> difference, Func<Net, double?> paper,
        Func<Net, string> detail, string remark)
    {
        if (nets.Length == 0)
            return new(name, statement, measure, null, null, Verdict.NotDecidable, "No net was retrained, or none had disagreements.", []);
        var draws = Array.ConvertAll(Enumerable.Range(0, StudyBootstrap.Draws).ToArray(), draw => Draw(nets, (uint)draw, difference));
        Claim[] claims = [.. nets.Select((net, i) =>
        {
            var interval = Interval.Of(difference(net.Seeds), [.. draws.Select(draw => draw[i])]);
            return new Claim(net.Dataset, net.Architecture, "standard", "", interval, paper(net),
                Claim.Judge(interval, 0, net.Seeds.Count), detail(net));
        })];
        var value = Interval.Of(claims.Average(claim => claim.Difference.Value), [.. draws.Select(draw => draw.Average())]);
        var papers = claims.Where(claim => claim.Paper is not null).ToArray();
        var held = string.Create(CultureInfo.InvariantCulture, $"{claims.Count(claim => claim.Holds)} of {claims.Length} nets. ");
        return new(name, statement, measure, value, papers.Length == 0 ? null : papers.Average(claim => claim.Paper),
            Claim.Judge(value, 0, nets.Min(net => net.Seeds.Count)), held + remark, claims);
    }

    private static double[] Draw(Net[] nets, uint draw, Func<IReadOnlyList<Seed>, double> difference) =>
        [.. nets.Select((net, i) =>
        {
            var random = new RandomStream(0, RandomPurpose.Evaluation, draw, (uint)i);
            return difference([.. net.Seeds.Select(_ => Resample(net.Seeds[random.NextInt32(0, net.Seeds.Count)], ref random))]);
        })];

    // Inputs drawn with replacement from many, of which few disagree: the counts of these few are Poisson's.
    private static Seed Resample(Seed seed, ref RandomStream random) =>
        new(Resample(seed.With, ref random), Resample(seed.Random, ref random), Resample(seed.Without, ref random));

    private static RetrainingRow Resample(RetrainingRow row, ref RandomStream random)
    {
        var (removed, remaining) = (random.NextPoisson(row.Before - row.OldRemaining), random.NextPoisson(row.OldRemaining));
        return row with { Before = removed + remaining, OldRemaining = remaining, New = random.NextPoisson(row.New) };
    }

    // The paper has no count of any deployment before; the sum over its deployments' largest is a lower bound of it.
    private static int? Before(PaperRetraining paper, Net net) =>
        StudyOrder.Deployments.Select(quantizer => paper.Before(net.Dataset, net.Architecture, quantizer)).Max();

    private static double Mean(Net net, Func<Seed, int> count) => net.Seeds.Average(count);

    private sealed record Seed(RetrainingRow With, RetrainingRow Random, RetrainingRow Without);

    private sealed record Net(string Dataset, string Architecture, IReadOnlyList<Seed> Seeds);
}
