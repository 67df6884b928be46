using GpuQuant.Graphs;

namespace GpuQuant.Training.Rules;

/// <summary>A <see cref="BatchRule"/> at work in one training, for as long as the layers behave alike.</summary>
public abstract class BatchStage : IDisposable
{
    /// <summary>What the steps minimize; null: what the net's output says.</summary>
    public virtual Loss? Loss => null;

    /// <summary>
    /// Binds the rule to a program of the training. What it returns is run before each step, when samples and targets lie in
    /// <see cref="GraphProgram.Input"/> and <see cref="GraphProgram.Targets"/>; it may change both, and allocates nothing. Random draws are
    /// functions of the position, so that a training gone on from its checkpoint draws the same.
    /// </summary>
    public abstract Action<BatchPosition> Bind(GraphProgram program);

    /// <summary>Gives the device's memory back.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the device's memory back.</summary>
    protected abstract void Dispose(bool disposing);
}
