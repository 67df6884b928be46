namespace GpuQuant.Backends;

/// <summary>
/// One step of Adam (Kingma and Ba 2015) over a flat parameter buffer, in Keras's form: m = b1 m + (1 - b1) g,
/// v = b2 v + (1 - b2) g^2, p -= rate * m / (sqrt(v) + epsilon), all float32. Moments and squares below 2^-100 may count as 0: beside
/// epsilon they move nothing.
/// </summary>
/// <param name="Parameters">Changed in place.</param>
/// <param name="Gradients">As many values.</param>
/// <param name="FirstMoment">As many values, m.</param>
/// <param name="SecondMoment">As many values, v.</param>
/// <param name="Rate">One value on the device, set before each step: learning rate * sqrt(1 - b2^t) / (1 - b1^t).</param>
/// <param name="Beta1">Keras default 0.9.</param>
/// <param name="Beta2">Keras default 0.999.</param>
/// <param name="Epsilon">Keras default 1e-7.</param>
public sealed record AdamCall(
    TensorView Parameters, TensorView Gradients, TensorView FirstMoment, TensorView SecondMoment, TensorView Rate,
    float Beta1, float Beta2, float Epsilon) : KernelCall
{
    /// <inheritdoc/>
    public override IEnumerable<TensorView> Reads => [Parameters, Gradients, FirstMoment, SecondMoment, Rate];

    /// <inheritdoc/>
    public override IEnumerable<TensorView> Writes => [Parameters, FirstMoment, SecondMoment];

    /// <inheritdoc/>
    public override Action Prepare(IPrimitives primitives) => primitives.Prepare(this);
}
