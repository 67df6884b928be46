using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Training.Rules;

namespace GpuQuant.Training.Strategies;

/// <summary>
/// A way through the phases of training with rules for its batches: <c>mixup+qat</c> mixes the batches of both phases of quantization-aware
/// training. Rules work in the order in which they are named, each on what the one before left.
/// </summary>
/// <param name="Phases">What is trained in which phases.</param>
/// <param name="Rules">What is made of the batches of each phase; none is a plain one.</param>
public sealed record ComposedStrategy(ITrainingStrategy Phases, IReadOnlyList<BatchRule> Rules) : ITrainingStrategy
{
    private const char Plus = '+';

    /// <summary>The rules' names and that of the phases, which is left out where they are plain training.</summary>
    public string Name => string.Join(Plus, [.. Rules.Select(rule => rule.Name), .. ShownPhases.Select(phases => phases.Name)]);

    /// <inheritdoc/>
    public string Description => string.Join("; ", [.. Rules.Select(rule => rule.Description), .. ShownPhases.Select(p => p.Description)]);

    /// <inheritdoc/>
    public string Identity => string.Join(", ", [.. Rules.Select(rule => rule.Identity), .. ShownPhases.Select(phases => phases.Identity)]);

    private ITrainingStrategy[] ShownPhases => Rules.Count > 0 && Phases is StandardStrategy ? [] : [Phases];

    /// <summary>The strategy of a name such as <c>standard</c>, <c>adversarial</c> or <c>mixup+smoothing+qat</c>.</summary>
    /// <param name="name">Names joined by +: rules in the order in which they are to work, and at most one way through the phases.</param>
    /// <param name="strategies">The known ways through the phases.</param>
    /// <param name="rules">The known rules.</param>
    /// <exception cref="UsageException">A name is unknown or given twice, or there are two ways through the phases.</exception>
    public static ComposedStrategy Parse(string name, IReadOnlyList<ITrainingStrategy> strategies, IReadOnlyList<BatchRule> rules)
    {
        var parts = name.Split(Plus, StringSplitOptions.TrimEntries);
        foreach (var part in parts)
            if (strategies.All(strategy => strategy.Name != part) && rules.All(rule => rule.Name != part))
                throw UnknownName.Error("strategy", part, strategies.Select(s => s.Name).Concat(rules.Select(rule => rule.Name)),
                    $"; the first {strategies.Count} are ways of training, of which a name has at most one, joined by {Plus}.");
        if (parts.GroupBy(part => part).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UsageException($"The strategy '{name}' names '{twice.Key}' twice; name each once.");
        var phases = parts.Where(part => strategies.Any(strategy => strategy.Name == part)).ToArray();
        if (phases.Length > 1)
            throw new UsageException($"The strategy '{name}' names {string.Join(" and ", phases)}, each a way of training of its own; "
                + "name at most one of them.");
        return new(phases.Length == 0 ? new StandardStrategy() : strategies.Single(strategy => strategy.Name == phases[0]),
            [.. parts.Except(phases).Select(part => rules.Single(rule => rule.Name == part))]);
    }

    /// <inheritdoc/>
    ITrainingStrategy ITrainingStrategy.For(TrainingSchedule schedule) => For(schedule);

    /// <inheritdoc cref="ITrainingStrategy.For"/>
    public ComposedStrategy For(TrainingSchedule schedule) => new(Phases.For(schedule), [.. Rules.Select(rule => rule.For(schedule))]);

    /// <inheritdoc/>
    public TrainingOptions Adapt(TrainingOptions options, TrainingSchedule schedule) =>
        Rules.Aggregate(Phases.Adapt(options, schedule), (adapted, rule) => rule.Adapt(adapted, schedule));

    /// <inheritdoc/>
    public int TotalEpochs(TrainingOptions options) => Phases.TotalEpochs(options);

    /// <inheritdoc/>
    public void Validate(TrainingOptions options)
    {
        Phases.Validate(options);
        foreach (var rule in Rules)
            rule.Validate();
    }

    /// <inheritdoc/>
    public void Check(IDataset data)
    {
        Phases.Check(data);
        foreach (var rule in Rules)
            rule.Check(data);
    }

    /// <inheritdoc/>
    public Model Train(Model model, TrainingOptions options, Func<TrainingPhase, Model> fit) =>
        Phases.Train(model, options, phase => fit(phase with { Batches = [.. Rules, .. phase.Batches] }));
}
