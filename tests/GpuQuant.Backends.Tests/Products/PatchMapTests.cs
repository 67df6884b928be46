using GpuQuant.Kernels;

namespace GpuQuant.Backends.Tests.Products;

public sealed class PatchMapTests
{
    public static TheoryData<ConvSizes> Cases => [.. ConvCases.All];

    /// <summary>The matrix of patches holds the input of every product of a convolution, at its output's row and its weight's column.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void PatchMap_OfAllProducts_FindsTheirInputs(ConvSizes sizes)
    {
        var map = new PatchMap(sizes.Window, sizes.Images, sizes.In);
        var found = Places(map, map.Pixels, map.Taps);
        foreach (var (x, w, y) in sizes.Products().Where(p => p.Output % sizes.Out == 0 && p.Kernel < map.Taps))
            Assert.True(found.Remove((y / sizes.Out, w), out var at) && at == x);
        Assert.Empty(found);
    }

    /// <summary>The same of the gradient: a row per input pixel, along it the window's pixels and the output channels.</summary>
    [Theory, MemberData(nameof(Cases))]
    public void GradientMap_OfAllProducts_FindsTheirOutputs(ConvSizes sizes)
    {
        var map = new GradientMap(sizes.Window, sizes.Images, sizes.Out);
        var found = Places(map, map.Pixels, map.Taps);
        foreach (var (x, w, y) in sizes.Products().Where(p => p.Input % sizes.In == 0))
        {
            var (output, cell) = (w / (sizes.Window.KernelArea * sizes.In), w / sizes.In % sizes.Window.KernelArea);
            Assert.True(found.Remove((x / sizes.In, cell * sizes.Out + output), out var at) && at == y);
        }
        Assert.Empty(found);
    }

    // Rows and columns beyond the matrix are looked at too: nothing may be found there.
    private static Dictionary<(int Row, int Column), int> Places<TMap>(TMap map, int rows, int columns) where TMap : struct, IPatchMap
    {
        var places = new Dictionary<(int, int), int>();
        for (var row = 0; row < rows + 2; row++)
            for (var column = 0; column < columns + 2; column++)
                if (map.At(map.Corner(row), column) is >= 0 and var at)
                    places.Add((row, column), at);
        return places;
    }
}
