using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>
/// The gradient of pooling: to the first maximum of each window (in row-major order), or in equal parts to the averaged positions.
/// Where windows overlap, an input adds up its windows' parts in row-major order. A maximum can take the step back through the
/// activation that made its input as well: the output tells that one's gradient too, since it is one of the activation's outputs.
/// </summary>
/// <param name="Kind">Maximum or average.</param>
/// <param name="Input">The forward input, N x H x W x C.</param>
/// <param name="Output">The forward output, N x OH x OW x C.</param>
/// <param name="OutputGradient">N x OH x OW x C.</param>
/// <param name="InputGradient">N x H x W x C, overwritten.</param>
/// <param name="Window">The forward window.</param>
/// <example>Window [0, 2] with output gradient 5 gives [0, 5]; window [0, 0] gives [5, 0], with a relu's step back [0, 0].</example>
public sealed record Pool2DBackwardCall(
    PoolKind Kind, TensorView Input, TensorView Output, TensorView OutputGradient, TensorView InputGradient, Window2D Window) : KernelCall
{
    private readonly Activation _activation;

    /// <summary>The activation whose output was pooled: the input's gradient becomes that before the activation.</summary>
    /// <exception cref="UsageException">The pooling is an average, whose output does not tell the activation's gradient.</exception>
    public Activation Activation
    {
        get => _activation;
        init => _activation = Kind == PoolKind.Max || value == Activation.None ? value : throw new UsageException(
            $"The gradient of {value} was asked for together with that of average pooling; only that of max pooling can take it along.");
    }

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => Kind == PoolKind.Max ? [Input, Output, OutputGradient] : [OutputGradient];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [InputGradient];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
