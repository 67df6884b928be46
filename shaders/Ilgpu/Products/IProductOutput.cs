namespace GpuQuant.Kernels;

/// <summary>Where the sums of a matrix product go, and what is done to them before.</summary>
internal interface IProductOutput<T> where T : unmanaged
{
    /// <summary>Takes the sums of four columns; those outside the product are dropped.</summary>
    void Store(int row, int column, Row4<T> sums);
}
