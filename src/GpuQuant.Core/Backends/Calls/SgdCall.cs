namespace GpuQuant.Backends;

/// <summary>
/// One step of stochastic gradient descent with momentum over a flat parameter buffer, in Keras's form: v = momentum v - rate g,
/// p += v, or p += momentum v - rate g with Nesterov, all float32.
/// </summary>
/// <param name="Parameters">Changed in place.</param>
/// <param name="Gradients">As many values.</param>
/// <param name="Velocity">As many values, v.</param>
/// <param name="Rate">One value on the device, set before each step: the learning rate.</param>
/// <param name="Momentum">0 for plain descent.</param>
/// <param name="Nesterov">Whether to look ahead.</param>
public sealed record SgdCall(
    TensorView Parameters, TensorView Gradients, TensorView Velocity, TensorView Rate, float Momentum, bool Nesterov) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Parameters, Gradients, Velocity, Rate];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Parameters, Velocity];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
