using GpuQuant.Backends;
using GpuQuant.Graphs;

namespace GpuQuant.Training;

/// <summary>
/// What a strategy makes of each batch between its loading and the step: other samples, other targets, another loss. A record of its
/// settings; <see cref="Start"/> makes it work in one training.
/// </summary>
public abstract record BatchRule
{
    /// <summary>Everything that decides the result, as a part of the checkpoint's configuration.</summary>
    public abstract string Identity { get; }

    /// <summary>Takes what the rule needs on the device.</summary>
    /// <param name="backend">The device.</param>
    /// <param name="model">The net that is trained.</param>
    /// <param name="batch">The greatest number of samples of a step.</param>
    public abstract BatchStage Start(Backend backend, Model model, int batch);
}
