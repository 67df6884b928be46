namespace GpuQuant.Kernels;

/// <summary>The step of an inner product.</summary>
internal interface IMultiplyAdd<T>
{
    /// <summary>sum + a b.</summary>
    T MultiplyAdd(T a, T b, T sum);
}
