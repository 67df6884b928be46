using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>
/// What the 32 threads of a warp do together: the tensor cores' multiplication of int8 matrices, and the copies that feed them. It holds
/// the sums of up to 4 x 16 rows and 32 columns, and one step's part of the right operand. Where the elements lie among the lanes is said
/// by <see cref="Fragments"/>; every lane names the places in shared memory that <see cref="Fragments"/> tells it to.
/// </summary>
internal interface IMatrixUnit
{
    /// <summary>Sets all sums to 0.</summary>
    void Start();

    /// <summary>Starts to copy 16 bytes to shared memory.</summary>
    void Copy(ArrayView<Row4<int>> shared, int at, ByteSource source, int from);

    /// <summary>Closes a group of copies.</summary>
    void Commit();

    /// <summary>Waits until at most one group of this thread's copies is under way.</summary>
    void Wait();

    /// <summary>Takes 32 columns of the right operand, 32 deep: 16 of them from one place, 16 from another.</summary>
    void LoadRight(ArrayView<Row4<int>> shared, int near, int far);

    /// <summary>Takes 16 rows of the left operand and adds their products to the first 16 rows of sums.</summary>
    void Multiply0(ArrayView<Row4<int>> shared, int left);

    /// <summary>The same for the second 16 rows.</summary>
    void Multiply1(ArrayView<Row4<int>> shared, int left);

    /// <summary>The same for the third 16 rows.</summary>
    void Multiply2(ArrayView<Row4<int>> shared, int left);

    /// <summary>The same for the last 16 rows.</summary>
    void Multiply3(ArrayView<Row4<int>> shared, int left);

    /// <summary>Puts the first 32 rows of sums down: a lane's part of each of eight tiles of 16 x 8, a warp's width apart.</summary>
    void StoreUpper(ArrayView<Row4<int>> shared, int at);

    /// <summary>The same for the last 32 rows.</summary>
    void StoreLower(ArrayView<Row4<int>> shared, int at);
}
