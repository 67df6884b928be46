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

/// <summary>A <see cref="BatchRule"/> at work in one training.</summary>
public abstract class BatchStage : IDisposable
{
    /// <summary>What the steps minimize.</summary>
    public abstract Loss Loss { get; }

    /// <summary>
    /// Binds the rule to a program of the training. What it returns is run before each step, when samples and targets lie in
    /// <see cref="GraphProgram.Input"/> and <see cref="GraphProgram.Targets"/>; it may change both, and allocates nothing.
    /// </summary>
    public abstract Action Bind(GraphProgram program);

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the device's memory back.</summary>
    protected abstract void Dispose(bool disposing);
}
