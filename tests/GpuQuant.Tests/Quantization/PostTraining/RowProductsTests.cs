using GpuQuant.Quantization.PostTraining;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization.PostTraining;

public class RowProductsTests
{
    /// <summary>Against naive sums in double, the left matrix as it is and turned; rows below, at and beyond a tile of eight.</summary>
    [Theory]
    [InlineData(1, 1, 8)]
    [InlineData(8, 5, 16)]
    [InlineData(19, 33, 24)]
    public void Add_AnyShape_IsThatOfPlainLoops(int rows, int inner, int columns)
    {
        var (left, right, start) = (Draw.Normals(1, rows * inner), Draw.Normals(2, inner * columns), Draw.Normals(3, rows * columns));
        foreach (var isTurned in new[] { false, true })
        {
            var ((row, step), sums) = (isTurned ? (1, rows) : (inner, 1), start.ToArray());
            RowProducts.Add(left, (row, step), inner, right, columns, sums);
            for (var i = 0; i < sums.Length; i++)
            {
                double expected = start[i];
                for (var k = 0; k < inner; k++)
                    expected += (double)left[(i / columns * row) + (k * step)] * right[(k * columns) + (i % columns)];
                Assert.Equal(expected, sums[i], 1e-4);
            }
        }
    }
}
