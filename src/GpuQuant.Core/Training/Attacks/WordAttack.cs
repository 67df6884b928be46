using System.Globalization;
using GpuQuant.Backends;
using GpuQuant.Data.Text;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Training.Attacks;

/// <summary>
/// An attack on texts by exchanging words. Every word may become one of those nearest to it in the net's own embedding, or one of its
/// synonyms in a file; what the exchange adds to the loss is estimated from one gradient, to first order: g (e' - e). The most promising
/// exchanges are then tried in a few rounds, and stay where the loss really rises. The padding 0 is no word.
/// </summary>
/// <remarks>
/// In place of PWWS (Ren et al. 2019), whose thousands of forward passes per text would take hours in training; <see cref="IsExact"/> has
/// it all the same.
/// </remarks>
public sealed record WordAttack
{
    /// <summary>The most words of a text that are exchanged.</summary>
    public int Substitutions { get; init; } = 20;

    /// <summary>How many of a word's nearest are considered in its place.</summary>
    public int Candidates { get; init; } = 8;

    /// <summary>
    /// The least cosine of the angle between a word and what may take its place, from -1 to below 1. Before a net has learned which words
    /// are alike, none is as near as the usual 0.5: it learns from the texts as they are first, where any exchange would make it unlearn.
    /// </summary>
    public double LeastCosine { get; init; } = 0.5;

    /// <summary>Forward passes in which exchanges are tried, each with an equal part of them, the most promising first.</summary>
    public int Rounds { get; init; } = 4;

    /// <summary>Where candidates come from; null: the net's own embedding.</summary>
    public SynonymFile? Synonyms { get; init; }

    /// <summary>Whether words are ranked as PWWS does, by a forward pass for every word and candidate, not by the gradient.</summary>
    public bool IsExact { get; init; }

    /// <summary>The name in result rows: <c>words-20</c>, <c>pwws-20</c>, <c>pwws-20-synonyms</c>.</summary>
    public string Name => string.Create(CultureInfo.InvariantCulture,
        $"{(IsExact ? "pwws" : "words")}-{Substitutions}{(Synonyms is null ? "" : "-synonyms")}");

    /// <summary>Everything that decides the result.</summary>
    public string Identity => string.Create(CultureInfo.InvariantCulture, $"at most {Substitutions} words, each by one of ")
        + (Synonyms is { } file
            ? $"its synonyms ({file.Words.Count} words, {file.Digest})"
            : string.Create(CultureInfo.InvariantCulture, $"the {Candidates} nearest from cosine {LeastCosine:R} on"))
        + (IsExact ? ", by weighted saliency" : string.Create(CultureInfo.InvariantCulture, $", in {Rounds} rounds"));

    /// <summary>Throws unless the settings make sense.</summary>
    /// <exception cref="UsageException">One does not; says what came and what was expected.</exception>
    public void Validate()
    {
        if (Substitutions < 1)
            throw new UsageException($"At most {Substitutions} words of a text were to be exchanged; at least 1 is needed.");
        if (Candidates < 1)
            throw new UsageException($"Words were to be exchanged for one of their {Candidates} nearest; at least 1 is needed.");
        if (!(LeastCosine is >= -1 and < 1))
            throw new UsageException(string.Create(CultureInfo.InvariantCulture,
                $"Words were to be exchanged from a cosine of {LeastCosine} on; it must be from -1 to below 1, such as 0.5."));
        if (Rounds < 1)
            throw new UsageException($"Exchanged words were to be tried in {Rounds} rounds; at least 1 is needed.");
    }

    /// <summary>Plans the attack for a batch.</summary>
    /// <inheritdoc cref="WordAttacker(Backend, Graph, DeviceParameters, WordAttack, WordCandidates, TensorView, TensorView)"/>
    internal IBatchAttacker Plan(Backend backend, Graph graph, DeviceParameters parameters, WordCandidates candidates, TensorView origin,
        TensorView targets) => IsExact
        ? new SaliencyAttacker(backend, graph, parameters, this, candidates, origin, targets)
        : new WordAttacker(backend, graph, parameters, this, candidates, origin, targets);
}
