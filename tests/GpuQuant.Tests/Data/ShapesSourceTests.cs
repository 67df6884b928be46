using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Data;

public class ShapesSourceTests
{
    private static readonly IDataset Train = new ShapesSource().Load(DataPart.Train, "");
    private static readonly IDataset Test = new ShapesSource().Load(DataPart.Test, "");

    /// <summary>The class is in the outline, not in the colours: the mean of each channel tells next to nothing.</summary>
    [Fact]
    public void NearestMeanColour_IsHardlyBetterThanChance()
    {
        var colours = Enumerable.Range(0, 10).Select(c => Mean(Enumerable.Range(0, Train.Count).Where(i => Train.Label(i) == c)
            .Select(i => Colour(Train.Sample(i))))).ToArray();
        var right = Enumerable.Range(0, Test.Count).Count(i =>
        {
            var colour = Colour(Test.Sample(i));
            return Enumerable.Range(0, 10).MinBy(c => colours[c].Zip(colour, (a, b) => (a - b) * (a - b)).Sum()) == Test.Label(i);
        });
        Assert.InRange(right / 2000.0, 0.05, 0.17);
    }

    private static double[] Colour(byte[] pixels) =>
        [.. Enumerable.Range(0, 3).Select(c => pixels.Where((_, i) => i % 3 == c).Average(value => value))];

    private static double[] Mean(IEnumerable<double[]> colours)
    {
        var all = colours.ToArray();
        return [.. Enumerable.Range(0, 3).Select(c => all.Average(colour => colour[c]))];
    }
}
