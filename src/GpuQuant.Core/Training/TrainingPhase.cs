using GpuQuant.Graphs;
using GpuQuant.Training.Rules;

namespace GpuQuant.Training;

/// <summary>
/// One run of the training loop: what is trained, how long and how, and what happens to its batches and layers on the way. A strategy is
/// phases one after another, each starting from a model, often that of the phase before.
/// </summary>
/// <param name="Name">Tells the phases of a strategy apart; its checkpoint bears it.</param>
/// <param name="Model">The net with the parameters from which the phase starts.</param>
/// <param name="Options">Epochs, batch size, optimizer, seed, validation.</param>
public sealed record TrainingPhase(string Name, Model Model, TrainingOptions Options)
{
    /// <summary>The epochs of the phases before: the order of the samples and dropout draw on from there.</summary>
    public int EpochsBefore { get; init; }

    /// <summary>When quantization begins, and when ranges and batch normalizations stand still.</summary>
    public PhaseSchedule Schedule { get; init; } = PhaseSchedule.Plain;

    /// <summary>What is made of each batch before its step, one after another; none trains on the samples and labels as they are.</summary>
    public IReadOnlyList<BatchRule> Batches { get; init; } = [];

    /// <summary>What tells this phase from a plain one of the same name, model and options; empty for a plain one.</summary>
    internal string Identity => string.Concat(
        EpochsBefore > 0 ? $", after {EpochsBefore} epochs" : "",
        Schedule != PhaseSchedule.Plain ? $", {Schedule}" : "",
        string.Concat(Batches.Select(rule => $", {rule.Identity}")));
}
