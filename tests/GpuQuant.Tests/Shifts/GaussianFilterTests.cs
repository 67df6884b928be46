using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts;

public class GaussianFilterTests
{
    /// <summary>Radius (int)(4 * 0.25 + 0.5) = 1, weights 1 and exp(-8) = 0.00033546 over 1.00067092; the edge repeats 0 and 255.</summary>
    [Fact]
    public void Apply_SigmaOneQuarter_IsByHand()
    {
        double[] line = [0, 255];
        new GaussianFilter(0.25).Apply(line, width: 2);
        Assert.Equal(255 * 0.00033546262790251 / 1.00067092525580502, line[0], 1e-13);
        Assert.Equal(255 - 255 * 0.00033546262790251 / 1.00067092525580502, line[1], 1e-12);
    }

    /// <summary>Radius 1: with black outside a single white pixel keeps the middle weight, once per axis.</summary>
    [Fact]
    public void Apply_ZerosOutside_LosesLight()
    {
        double[] pixel = [1];
        new GaussianFilter(0.25, Border.Zeros).Apply(pixel, width: 1);
        Assert.Equal(1 / (1.00067092525580502 * 1.00067092525580502), pixel[0], 1e-14);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.05)]
    [InlineData(0.124)]
    public void Apply_RadiusZero_ChangesNothing(double sigma)
    {
        double[] plane = [1, 2, 3, 4];
        new GaussianFilter(sigma).Apply(plane, width: 2);
        Assert.Equal([1, 2, 3, 4], plane);
    }

    /// <summary>Against the double sum over the window, pictures smaller than the window (radius 16 at sigma 4) among them.</summary>
    [Theory]
    [InlineData(0.4, 2, false)]
    [InlineData(0.7, 3, false)]
    [InlineData(1, 4, true)]
    [InlineData(1.5, 6, false)]
    [InlineData(4, 16, false)]
    [InlineData(4, 16, true)]
    public void Apply_AnySigma_AgreesWithTheDoubleSum(double sigma, int radius, bool zerosOutside)
    {
        var image = Array.ConvertAll(SmallImages.Random(1, 9, 11).Sample(0), value => value / 255.0);
        var both = (double[])image.Clone();
        new GaussianFilter(sigma, zerosOutside ? Border.Zeros : Border.Edge).Apply(both, width: 11);
        AssertClose(Plain(image, 9, 11, sigma, radius, radius, zerosOutside), both);
        var rows = (double[])image.Clone();
        new GaussianFilter(sigma, zerosOutside ? Border.Zeros : Border.Edge).ApplyToRowAxis(rows, width: 11);
        AssertClose(Plain(image, 9, 11, sigma, radius, 0, zerosOutside), rows);
    }

    [Fact]
    public void Constructor_NegativeSigma_Throws() => Assert.Throws<ArgumentOutOfRangeException>(() => new GaussianFilter(-1));

    private static void AssertClose(double[] expected, double[] actual) =>
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-14));

    private static double[] Plain(double[] image, int height, int width, double sigma, int down, int right, bool zerosOutside)
    {
        double Pixel(int row, int column) => zerosOutside && (row < 0 || row >= height || column < 0 || column >= width)
            ? 0
            : image[Math.Clamp(row, 0, height - 1) * width + Math.Clamp(column, 0, width - 1)];
        var result = new double[image.Length];
        for (var i = 0; i < image.Length; i++)
        {
            var (sum, total) = (0.0, 0.0);
            for (var y = -down; y <= down; y++)
            {
                for (var x = -right; x <= right; x++)
                {
                    var weight = Math.Exp(-(x * x + y * y) / (2 * sigma * sigma));
                    sum += weight * Pixel(i / width + y, i % width + x);
                    total += weight;
                }
            }
            result[i] = sum / total;
        }
        return result;
    }
}
