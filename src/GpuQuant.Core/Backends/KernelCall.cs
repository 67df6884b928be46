namespace GpuQuant.Backends;

/// <summary>
/// One call of a primitive with all its arguments, before any device knows of it. Programs are lists of calls: the planner reads from
/// them what is alive when, a backend prepares each once, and a step replays the prepared list.
/// </summary>
public abstract record KernelCall
{
    /// <summary>Scratch memory, provided by the planner where <see cref="Backend.WorkspaceBytes"/> asks for some.</summary>
    public TensorView? Workspace { get; init; }

    /// <summary>The tensor that a device may lay out in its own way before the call; null: none.</summary>
    public virtual TensorView? Weights => null;

    /// <summary>
    /// The call's weights in the device's own layout, provided by the planner where <see cref="Backend.PackedBytes"/> asks for it and the
    /// call runs several times on the same weights; null: the call lays them out itself, each time.
    /// </summary>
    public TensorView? Packed { get; init; }

    /// <summary>The tensors whose values the call uses.</summary>
    public abstract IEnumerable<TensorView> Reads { get; }

    /// <summary>The tensors that the call changes. A tensor only written is written whole.</summary>
    public abstract IEnumerable<TensorView> Writes { get; }

    /// <summary>Multiply-accumulate operations of one run.</summary>
    public virtual long Macs => 0;

    /// <summary>Has a backend bind the arguments; running the result enqueues the work and allocates nothing.</summary>
    public abstract Action Prepare(IPrimitives primitives);

    /// <summary>The tensors that are there, for calls with optional ones.</summary>
    private protected static IEnumerable<TensorView> Present(params TensorView?[] views) => views.OfType<TensorView>();
}
