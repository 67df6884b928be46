using GpuQuant.Backends.Ilgpu;
using GpuQuant.Kernels;

namespace GpuQuant.Backends.Tests.Products;

public sealed class BlockTableTests
{
    // Costs are rounds x sums / reuse: 128 x 128 / 16 = 1024, 64 x 64 / 10 = 409.6, 32 x 32 / 8 = 128 a round.
    [Theory]
    [InlineData(132, 4096, 4096, "Large")] // 1024 blocks in 8 rounds: 8192; 4096 in 32: 13107; 16384 in 125: 16000
    [InlineData(132, 1000, 10, "Small")] // 8 blocks: 1024; 16: 409.6; 32: 128
    [InlineData(132, 1024, 512, "Medium")] // 32 blocks: 1024; 128: 409.6; 512 in 4 rounds: 512
    [InlineData(1, 40, 40, "Medium")] // 1024; 409.6; 4 rounds: 512
    [InlineData(1, 20, 20, "Small")] // 1024; 409.6; 128
    [InlineData(1, 100, 100, "Large")] // 1024; 4 rounds: 1638; 16 rounds: 2048
    public void Choose_BySize_TakesTheCheapest(int multiprocessors, int rows, int columns, string expected) =>
        Assert.Equal(expected, $"{new BlockTable(multiprocessors, 1024).Choose(rows, columns)}");

    [Fact]
    public void Choose_SmallGroups_TakesBlocksOfFewThreads()
    {
        Assert.Equal(BlockKind.Medium, new BlockTable(1, 128).Choose(4096, 4096));
        Assert.Equal(BlockKind.Small, new BlockTable(1, 64).Choose(4096, 4096));
        Assert.True(new BlockTable(1, 63).IsEmpty);
        Assert.False(new BlockTable(1, 64).IsEmpty);
    }

    [Fact]
    public void Choose_ChunksSideBySide_CountAsBlocks()
    {
        // One 128 x 128 product: 4 blocks of 64 on 132 multiprocessors; 132 of them at once fill it with whole blocks.
        Assert.Equal(BlockKind.Small, new BlockTable(132, 1024).Choose(128, 128));
        Assert.Equal(BlockKind.Large, new BlockTable(132, 1024).Choose(128, 128, 132));
    }

    // Costs are rounds x sums x loads: 128 x 128 x 6 = 98304, 64 x 64 x 8 = 32768 a round.
    [Theory]
    [InlineData(132, 4096, 4096, "Large")] // 8 rounds: 786432; 32 rounds: 1048576
    [InlineData(132, 512, 512, "Medium")] // one round of either
    [InlineData(1, 65, 65, "Large")] // 98304; 4 rounds: 131072
    public void ChooseMatrix_BySize_TakesTheCheapest(int multiprocessors, int rows, int columns, string expected) =>
        Assert.Equal(expected, $"{new BlockTable(multiprocessors, 1024).ChooseMatrix(rows, columns)}");

    /// <summary>Each thread loads four elements of each panel, no more and no less, and all squares of sums have one.</summary>
    [Fact]
    public void Sizes_OfAllBlocks_GiveEveryThreadTheSameWork()
    {
        foreach (var kind in Enum.GetValues<BlockKind>())
        {
            var size = BlockTable.Of(kind);
            Assert.Equal(size.Rows * size.Depth, 4 * size.Threads);
            Assert.Equal(size.Columns * size.Depth, 4 * size.Threads);
            Assert.Equal(size.Rows * size.Columns, 16 * size.RowQuads * size.ColumnQuads * size.Threads);
        }
        foreach (var kind in new[] { BlockKind.Large, BlockKind.Medium })
        {
            var size = BlockTable.OfMatrix(kind);
            Assert.Equal(size.Rows * size.Columns, size.Threads / 32 * size.RowTiles * 16 * 32);
            Assert.True(size.Threads / 32 * 8 * 32 <= 3 * size.PanelChunks, "Sums are put down where the panels were.");
            Assert.True(3 * size.PanelChunks * 16 <= 48 * 1024, "More shared memory than a kernel has without asking.");
        }
    }
}
