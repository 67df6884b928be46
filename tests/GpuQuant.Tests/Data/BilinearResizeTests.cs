using System.Security.Cryptography;
using GpuQuant.Data;

namespace GpuQuant.Tests.Data;

public class BilinearResizeTests
{
    /// <summary>Result centres 0.25, 0.75, 1.25, 1.75 between source centres 0.5 and 1.5; at the border the nearest pixel alone.</summary>
    [Fact]
    public void Apply_TwoToFour_Interpolates() => Assert.Equal([0, 25, 75, 100], Row([0, 100], 4));

    /// <summary>
    /// From 4 to 2 the triangle reaches 2 pixels. Result centre 1: source centres 0.5, 1.5 and 2.5 are 0.5, 0.5 and 1.5 away and weigh
    /// 0.75, 0.75 and 0.25 of 1.75: (0.75 * 70 + 0.25 * 140) / 1.75 = 50. Centre 3 mirrors it:
    /// (0.25 * 70 + 0.75 * 140 + 0.75 * 210) / 1.75 = 160.
    /// </summary>
    [Fact]
    public void Apply_FourToTwo_MeansOverAllPixels() => Assert.Equal([50, 160], Row([0, 70, 140, 210], 2));

    [Fact]
    public void Apply_SameSize_ChangesNothing() => Assert.Equal([3, 1, 4, 1, 5], Row([3, 1, 4, 1, 5], 5));

    /// <summary>The bytes that Pillow 9.4 gives for the same picture, (7 y + 13 x + 31 c + y x) mod 256.</summary>
    [Theory]
    [InlineData(53, 37, 20, 45, "616a6436b74aac021d1deab012a99c788c7f57ca6e0390aefc2950893753cfc9")]
    [InlineData(31, 64, 96, 17, "9ed27ea7f7331e1af1ea307eed042208ba7fff98b3e887dd95816d79bad3e792")]
    [InlineData(120, 160, 448, 448, "b92c64a150c3832bb31c269e4bd4364bb7fdf95a97b64d1f9b55e69c64565591")]
    public void Apply_ColourPicture_IsPillowsResult(int height, int width, int newHeight, int newWidth, string expected)
    {
        var source = new byte[height * width * 4];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
                for (var c = 0; c < 4; c++)
                    source[(y * width + x) * 4 + c] = c == 3 ? (byte)255 : (byte)(7 * y + 13 * x + 31 * c + y * x);
        var result = new byte[newHeight * newWidth * 3];
        BilinearResize.Apply(source, (height, width), 4, result, (newHeight, newWidth), 3);
        Assert.Equal(expected, Convert.ToHexStringLower(SHA256.HashData(result)));
    }

    /// <summary>Along rows and along columns alike.</summary>
    private static byte[] Row(byte[] source, int size)
    {
        var (row, column) = (new byte[size], new byte[size]);
        BilinearResize.Apply(source, (1, source.Length), 1, row, (1, size), 1);
        BilinearResize.Apply(source, (source.Length, 1), 1, column, (size, 1), 1);
        Assert.Equal(row, column);
        return row;
    }
}
