using GpuQuant.Kernels;

namespace GpuQuant.Backends.Tests.Products;

/// <summary>
/// The index formulas of the tensor-core kernels against instructions done by hand on the host: ldmatrix and mma as the PTX ISA defines
/// them, with lane tables written down independently of the formulas.
/// </summary>
public sealed class FragmentsTests
{
    private const int Lanes = 32;

    /// <summary>
    /// A 16 x 32 tile times a 32 x 16 one, by way of the panels in shared memory, ldmatrix, and mma.m16n8k32: exactly the plain product.
    /// </summary>
    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    public void Fragments_ThroughLdmatrixAndMma_GiveThePlainProduct(uint seed, int half)
    {
        var (left, right) = (Draw.Int8(seed, 16 * 64), Draw.Int8(seed + 10, 16 * 64));
        var (leftPanel, rightPanel) = (Panel(left), Panel(right));
        var a = Ldmatrix(leftPanel, lane => Fragments.Place(Fragments.LeftRow(lane), half * 2 + Fragments.LeftChunk(lane)));
        var b = Ldmatrix(rightPanel, lane => Fragments.Place(Fragments.RightColumn(lane), half * 2 + Fragments.RightChunk(lane)));
        for (var tile = 0; tile < 2; tile++)
        {
            var sums = Mma(a, [.. b.Select(words => words[2 * tile])], [.. b.Select(words => words[2 * tile + 1])]);
            for (var row = 0; row < 16; row++)
                for (var column = 0; column < 8; column++)
                    Assert.Equal(
                        Plain(left, right, row, tile * 8 + column, half), sums[Fragments.SumPlace(row, column)]);
        }
    }

    /// <summary>Four mma.m8n8k16 of sm_75, as its unit calls them, are one mma.m16n8k32 on the same registers.</summary>
    [Fact]
    public void SmallMma_FourOfThem_AreOneLarge()
    {
        int[] Words(uint seed) => Draw.Integers(seed, Lanes, int.MinValue, int.MaxValue);
        var (a0, a1, a2, a3, b0, b1) = (Words(1), Words(2), Words(3), Words(4), Words(5), Words(6));
        var whole = Mma([.. Enumerable.Range(0, Lanes).Select(l => new[] { a0[l], a1[l], a2[l], a3[l] })], b0, b1);
        var upper = SmallMma(a0, b0).Zip(SmallMma(a2, b1), (x, y) => x + y).ToArray();
        var lower = SmallMma(a1, b0).Zip(SmallMma(a3, b1), (x, y) => x + y).ToArray();
        for (var lane = 0; lane < Lanes; lane++)
            Assert.Equal([upper[lane * 2], upper[lane * 2 + 1], lower[lane * 2], lower[lane * 2 + 1]], whole[(lane * 4)..(lane * 4 + 4)]);
    }

    /// <summary>SumPlace is the inverse of SumRow and SumColumn, and meets every place once.</summary>
    [Fact]
    public void SumPlace_OfEveryLanesSums_IsWhereItPutsThem()
    {
        for (var lane = 0; lane < Lanes; lane++)
            for (var i = 0; i < 4; i++)
                Assert.Equal(
                    lane * 4 + i, Fragments.SumPlace(Fragments.SumRow(lane) + i / 2 * 8, Fragments.SumColumn(lane) + i % 2));
    }

    /// <summary>LaneOf says which lane holds word w of row r: PTX ISA, mma.m16n8k32, groupID = lane / 4, four bytes for each lane.</summary>
    [Fact]
    public void LaneOf_WordsOfARow_AreThoseOfItsGroup()
    {
        Assert.Equal([0, 1, 2, 3, 0, 1, 2, 3], Enumerable.Range(0, 8).Select(word => Fragments.LaneOf(0, word)));
        Assert.Equal([20, 21, 22, 23, 20, 21, 22, 23], Enumerable.Range(0, 8).Select(word => Fragments.LaneOf(13, word)));
    }

    /// <summary>
    /// Shared memory has 32 banks of four bytes. The 16-byte rows of each of the four matrices that ldmatrix reads in turn must lie in
    /// eight different groups of four banks, and so must what eight neighbouring threads write.
    /// </summary>
    [Fact]
    public void Place_OfWhatIsReadAtOnce_UsesEveryBankOnce()
    {
        for (var half = 0; half < 2; half++)
            for (var matrix = 0; matrix < 4; matrix++)
            {
                var lanes = Enumerable.Range(matrix * 8, 8).ToArray();
                Assert.Equal(8, lanes.Select(l => Fragments.Place(Fragments.LeftRow(l), half * 2 + Fragments.LeftChunk(l)) % 8).Distinct().Count());
                Assert.Equal(8, lanes.Select(l => Fragments.Place(Fragments.RightColumn(l), half * 2 + Fragments.RightChunk(l)) % 8).Distinct().Count());
            }
        for (var first = 0; first < 64; first += 8)
            Assert.Equal(8, Enumerable.Range(first, 8).Select(i => Fragments.Place(i >> 2, i & 3) % 8).Distinct().Count());
    }

    /// <summary>No two chunks share a place, and 16 lines on it is 64 chunks on, which the kernel relies on.</summary>
    [Fact]
    public void Place_OfAllChunks_IsOneEach()
    {
        Assert.Equal(Enumerable.Range(0, 128 * 4), Enumerable.Range(0, 128 * 4).Select(i => Fragments.Place(i >> 2, i & 3)).Order());
        for (var row = 0; row < 16; row++)
            for (var chunk = 0; chunk < 4; chunk++)
                Assert.Equal(Fragments.Place(row, chunk) + 64, Fragments.Place(row + 16, chunk));
    }

    private static int Plain(sbyte[] left, sbyte[] right, int row, int column, int half) =>
        Enumerable.Range(half * 32, 32).Sum(k => left[row * 64 + k] * right[column * 64 + k]);

    private static byte[] Panel(sbyte[] lines)
    {
        var panel = new byte[lines.Length];
        for (var i = 0; i < lines.Length; i++)
            panel[Fragments.Place(i / 64, i % 64 / 16) * 16 + i % 16] = (byte)lines[i];
        return panel;
    }

    // ldmatrix.x4.m8n8.b16: lanes 8 i to 8 i + 7 name the 16-byte rows of matrix i; lane l receives bytes 4 (l % 4) of row l / 4 of each.
    private static int[][] Ldmatrix(byte[] shared, Func<int, int> chunkOfLane) => [.. Enumerable.Range(0, Lanes).Select(lane =>
        Enumerable.Range(0, 4).Select(matrix => BitConverter.ToInt32(shared, chunkOfLane(matrix * 8 + lane / 4) * 16 + lane % 4 * 4)).ToArray())];

    // mma.m8n8k16.s8: lane l holds row l / 4 of a, columns 4 (l % 4) on; column l / 4 of b, rows 4 (l % 4) on; of c row l / 4, columns
    // 2 (l % 4) and the next.
    private static int[] SmallMma(int[] a, int[] b)
    {
        var sums = new int[Lanes * 2];
        for (var i = 0; i < sums.Length; i++)
            for (var k = 0; k < 16; k++)
                sums[i] += (sbyte)(a[i / 8 * 4 + k / 4] >> (k % 4 * 8)) * (sbyte)(b[(i / 2 % 4 * 2 + i % 2) * 4 + k / 4] >> (k % 4 * 8));
        return sums;
    }

    // mma.m16n8k32.s8: a register r of lane l holds row l / 4 + 8 (r % 2), columns 4 (l % 4) + 16 (r / 2) on; b register r holds column l / 4,
    // rows 4 (l % 4) + 16 r on; c register r is row l / 4 + 8 (r / 2), column 2 (l % 4) + r % 2.
    private static int[] Mma(int[][] a, int[] b0, int[] b1)
    {
        var (left, right) = (new sbyte[16, 32], new sbyte[32, 8]);
        for (var lane = 0; lane < Lanes; lane++)
            for (var i = 0; i < 4; i++)
            {
                for (var r = 0; r < 4; r++)
                    left[lane / 4 + 8 * (r % 2), lane % 4 * 4 + 16 * (r / 2) + i] = (sbyte)(a[lane][r] >> (8 * i));
                right[lane % 4 * 4 + i, lane / 4] = (sbyte)(b0[lane] >> (8 * i));
                right[lane % 4 * 4 + 16 + i, lane / 4] = (sbyte)(b1[lane] >> (8 * i));
            }
        var sums = new int[16 * 8];
        for (var lane = 0; lane < Lanes; lane++)
            for (var r = 0; r < 4; r++)
                for (var k = 0; k < 32; k++)
                    sums[lane * 4 + r] += left[lane / 4 + 8 * (r / 2), k] * right[k, lane % 4 * 2 + r % 2];
        return sums;
    }
}
