using ILGPU;

namespace GpuQuant.Kernels;

/// <summary>The tensor cores' operations made of shuffles, lane by lane as they are defined: for the simulator, to test what uses them.</summary>
internal struct ShuffledMatrixUnit : IMatrixUnit
{
    private Row4<int> _near, _far;
    private TileRow _row0, _row1, _row2, _row3;

    public void Start() => (_row0, _row1, _row2, _row3) = (default, default, default, default);

    public readonly void Copy(ArrayView<Row4<int>> shared, int at, ByteSource source, int from) => shared[at] = source.Chunks[from];

    public readonly void Commit()
    {
    }

    public readonly void Wait()
    {
    }

    public void LoadRight(ArrayView<Row4<int>> shared, int near, int far) => (_near, _far) = (Load(shared, near), Load(shared, far));

    public void Multiply0(ArrayView<Row4<int>> shared, int left) => _row0 = Multiply(_row0, Load(shared, left));

    public void Multiply1(ArrayView<Row4<int>> shared, int left) => _row1 = Multiply(_row1, Load(shared, left));

    public void Multiply2(ArrayView<Row4<int>> shared, int left) => _row2 = Multiply(_row2, Load(shared, left));

    public void Multiply3(ArrayView<Row4<int>> shared, int left) => _row3 = Multiply(_row3, Load(shared, left));

    public readonly void StoreUpper(ArrayView<Row4<int>> shared, int at)
    {
        _row0.Store(shared, at);
        _row1.Store(shared, at + 4 * 32);
    }

    public readonly void StoreLower(ArrayView<Row4<int>> shared, int at)
    {
        _row2.Store(shared, at);
        _row3.Store(shared, at + 4 * 32);
    }

    /// <summary>ldmatrix: four 8 x 16 matrices of bytes, whose 32 rows the lanes name in turn; of each, a lane gets four neighbours.</summary>
    private static Row4<int> Load(ArrayView<Row4<int>> shared, int at)
    {
        var (row, word) = (Warp.LaneIdx >> 2, Warp.LaneIdx & 3);
        return new(
            Word(shared[Warp.Shuffle(at, row)], word), Word(shared[Warp.Shuffle(at, 8 + row)], word),
            Word(shared[Warp.Shuffle(at, 16 + row)], word), Word(shared[Warp.Shuffle(at, 24 + row)], word));
    }

    private readonly TileRow Multiply(TileRow sums, Row4<int> left)
    {
        for (var word = 0; word < 4; word++)
        {
            var rows = Warp.Shuffle(left, Fragments.LaneOf(Fragments.SumRow(Warp.LaneIdx), word));
            var even = Fragments.LaneOf(Fragments.SumColumn(Warp.LaneIdx), word);
            var odd = Fragments.LaneOf(Fragments.SumColumn(Warp.LaneIdx) + 1, word);
            var (nearEven, nearOdd) = (Warp.Shuffle(_near, even), Warp.Shuffle(_near, odd));
            var (farEven, farOdd) = (Warp.Shuffle(_far, even), Warp.Shuffle(_far, odd));
            sums.First = Tile(sums.First, rows, nearEven.X, nearEven.Y, nearOdd.X, nearOdd.Y);
            sums.Second = Tile(sums.Second, rows, nearEven.Z, nearEven.W, nearOdd.Z, nearOdd.W);
            sums.Third = Tile(sums.Third, rows, farEven.X, farEven.Y, farOdd.X, farOdd.Y);
            sums.Fourth = Tile(sums.Fourth, rows, farEven.Z, farEven.W, farOdd.Z, farOdd.W);
        }
        return sums;
    }

    /// <summary>mma.m16n8k32, of which the two words of a row, of the row eight below it, and of two columns are given.</summary>
    private static Row4<int> Tile(Row4<int> sums, Row4<int> rows, int even0, int even1, int odd0, int odd1) => new(
        Dot(rows.X, even0, Dot(rows.Z, even1, sums.X)), Dot(rows.X, odd0, Dot(rows.Z, odd1, sums.Y)),
        Dot(rows.Y, even0, Dot(rows.W, even1, sums.Z)), Dot(rows.Y, odd0, Dot(rows.W, odd1, sums.W)));

    private static int Dot(int a, int b, int sum) => default(PackedMultiplyAdd).MultiplyAdd(a, b, sum);

    private static int Word(Row4<int> chunk, int word) => word == 0 ? chunk.X : word == 1 ? chunk.Y : word == 2 ? chunk.Z : chunk.W;
}
