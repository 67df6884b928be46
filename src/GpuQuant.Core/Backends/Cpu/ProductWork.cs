namespace GpuQuant.Backends.Cpu;

/// <summary>A product in two parts: laying out the weights, and multiplying with what was laid out.</summary>
internal readonly record struct ProductWork(Action Pack, Action Multiply)
{
    /// <summary>What a call has to do: both, unless its weights are packed before it.</summary>
    public Action Of(KernelCall call) => call.Packed is null ? Pack + Multiply : Multiply;
}
