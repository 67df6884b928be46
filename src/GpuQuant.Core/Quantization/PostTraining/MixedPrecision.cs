using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Quantization.PostTraining;

/// <summary>
/// Widths of weights per layer under a budget, from what each layer's width alone does to the net's answers (as Dong et al. 2020,
/// "HAWQ-V2", and others): layers' losses are taken to add up.
/// </summary>
public static class MixedPrecision
{
    private const int ActivationBits = 8;

    /// <summary>The best assignment for every cost: none other is cheaper without losing more. Cheapest first.</summary>
    /// <param name="graph">The net.</param>
    /// <param name="sensitivities">Of every layer at every width that it may have, as <see cref="Sensitivity"/> measures them.</param>
    /// <param name="measure">What is counted.</param>
    public static IReadOnlyList<BitAssignment> Pareto(Graph graph, IReadOnlyList<LayerSensitivity> sensitivities, BitCost measure)
    {
        IReadOnlyList<(long Cost, double Loss, Choice? Last)> front = [(0, 0, null)];
        foreach (var layer in sensitivities.GroupBy(entry => entry.Layer))
            front = Undominated(front.SelectMany(state => layer.Select(entry => (state.Cost + Cost(graph, entry, measure),
                state.Loss + entry.Distance.KlDivergence, (Choice?)new Choice(entry, state.Last)))));
        return [.. front.Select(state => new BitAssignment(Widths(state.Last), state.Cost, state.Loss))];
    }

    /// <summary>The assignment of least loss within a budget, of all there are.</summary>
    /// <exception cref="UsageException">None is within the budget; says what the cheapest costs.</exception>
    public static BitAssignment Best(
        Graph graph, IReadOnlyList<LayerSensitivity> sensitivities, BitCost measure, long budget)
    {
        var front = Pareto(graph, sensitivities, measure);
        return front.LastOrDefault(assignment => assignment.Cost <= budget) ?? throw TooSmall(budget, front[0].Cost);
    }

    /// <summary>
    /// From the greatest widths down: again and again the layer whose next smaller width adds the least loss for what it saves, until the
    /// budget is met.
    /// </summary>
    /// <exception cref="UsageException">Even the smallest widths cost more; says what they cost.</exception>
    public static BitAssignment Greedy(
        Graph graph, IReadOnlyList<LayerSensitivity> sensitivities, BitCost measure, long budget)
    {
        var layers = sensitivities.GroupBy(entry => entry.Layer)
            .Select(layer => layer.OrderByDescending(entry => entry.Bits).ToArray()).ToArray();
        var places = new int[layers.Length];
        while (Total() > budget)
        {
            var best = Enumerable.Range(0, layers.Length).Where(i => places[i] + 1 < layers[i].Length)
                .OrderBy(i => Price(layers[i][places[i]], layers[i][places[i] + 1])).Cast<int?>().FirstOrDefault();
            places[best ?? throw TooSmall(budget, Total())]++;
        }
        var chosen = layers.Zip(places, (layer, place) => layer[place]).ToArray();
        return new(chosen.ToDictionary(entry => entry.Layer, entry => entry.Bits), Total(),
            chosen.Sum(entry => entry.Distance.KlDivergence));

        long Total() => layers.Zip(places, (layer, place) => Cost(graph, layer[place], measure)).Sum();

        double Price(LayerSensitivity wide, LayerSensitivity narrow) =>
            (narrow.Distance.KlDivergence - wide.Distance.KlDivergence) / (Cost(graph, wide, measure) - Cost(graph, narrow, measure));
    }

    /// <summary>What a layer costs at a width.</summary>
    public static long Cost(Graph graph, LayerSensitivity entry, BitCost measure)
    {
        var layer = graph[entry.Layer];
        var weights = layer.Parameters.Single(parameter => parameter.Name == "kernel").Shape.Count;
        // Every weight of an output channel is used once for each of its pixels.
        var uses = measure == BitCost.Size ? 1 : layer.Output.Shape.Count / layer.Output.Shape[^1] * ActivationBits;
        return weights * uses * entry.Bits;
    }

    private static List<(long, double, Choice?)> Undominated(IEnumerable<(long Cost, double Loss, Choice? Last)> states)
    {
        var front = new List<(long, double, Choice?)>();
        var least = double.PositiveInfinity;
        foreach (var state in states.OrderBy(state => state.Cost).ThenBy(state => state.Loss))
            if (state.Loss < least)
            {
                front.Add(state);
                least = state.Loss;
            }
        return front;
    }

    private static Dictionary<string, int> Widths(Choice? last)
    {
        var widths = new Dictionary<string, int>();
        for (; last is not null; last = last.Before)
            widths[last.Entry.Layer] = last.Entry.Bits;
        return widths;
    }

    private static UsageException TooSmall(long budget, long least) => new(
        $"No assignment of widths costs {budget} or less; the cheapest costs {least}. Raise the budget or allow narrower weights.");

    private sealed record Choice(LayerSensitivity Entry, Choice? Before);
}
