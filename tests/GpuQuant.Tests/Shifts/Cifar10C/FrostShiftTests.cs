using System.Runtime.InteropServices;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Shifts;
using GpuQuant.Shifts.Cifar10C;
using GpuQuant.Tests.Support;
using SkiaSharp;

namespace GpuQuant.Tests.Shifts.Cifar10C;

/// <summary>Frost: its pictures, its crops, its sum.</summary>
public class FrostShiftTests
{
    private static readonly string[] Names = ["frost1.png", "frost2.png", "frost3.png", "frost4.jpg", "frost5.jpg"];

    /// <summary>Severity 1 adds a fifth of the frost; the crop at row 3, column 7 of picture 2, on black and on white.</summary>
    [Fact]
    public void Apply_GivenCrop_AddsTheFrostThere()
    {
        var frost = FrostTextures.All[1];
        var black = new FrostShift().ApplyToOne(ColourImages.Grey(1, 2, 2, 0), 1, ("picture", "2"), ("row", "3"), ("col", "7"));
        byte[] expected = [.. frost.Row(3, 7, 2), .. frost.Row(4, 7, 2)];
        Assert.Equal(expected.Select(ice => (byte)(.2 * ice)), black);
        Assert.True(black.Distinct().Count() > 3);
        Assert.All(new FrostShift().ApplyToOne(ColourImages.Grey(1, 2, 2, 255), 1), value => Assert.Equal(255, value));
    }

    /// <summary>Of the published pictures' pixels every fifth from the third on is used, whatever their transparency.</summary>
    [Fact]
    public void WithPictures_AllFive_TakesEveryFifthPixelAndSaysNothing()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in Names)
            folder.Write(Path.Combine("frost", name), Png());
        var shift = new FrostShift().WithPictures(folder.Path);
        var source = ColourImages.Grey(1, 2, 2, 100);
        var set = shift.Apply(source, 1, 0, ShiftTesting.Given(("row", "1"), ("col", "2")));
        Assert.Equal("grey+frost1(col=2,row=1)", set.Name);
        // Pixel (5 r + 2, 5 c + 2) is red 5 c + 2, green 5 r + 2, blue 200: row 1 and 2, columns 2 and 3. A fifth of 12, 17, 7 and 200.
        Assert.Equal([102, 101, 140, 103, 101, 140, 102, 102, 140, 103, 102, 140], set.Sample(0));
    }

    [Fact]
    public void WithPictures_NotAllFive_DrawsItsOwnAndSaysSo()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in Names[..4])
            folder.Write(name, Png());
        var source = ColourImages.Grey(1, 32, 32, 100);
        var set = new FrostShift().WithPictures(folder.Path).Apply(source, 3, 0);
        Assert.Equal("grey+frost3(generated textures)", set.Name);
        Assert.Equal(new FrostShift().Apply(source, 3, 0).Sample(0), set.Sample(0));
    }

    [Fact]
    public void Apply_BrokenPicture_IsADataErrorThatNamesIt()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in Names)
            folder.Write(name, Png());
        folder.Write("frost3.png", [1, 2, 3]);
        Assert.Contains("frost3.png", Assert.Throws<DataException>(Draw).Message);
        folder.Write("frost3.png", Png()[..^200]);
        Assert.Contains("frost3.png", Assert.Throws<DataException>(Draw).Message);

        void Draw() => new FrostShift().WithPictures(folder.Path).Apply(ColourImages.Grey(1, 32, 32, 100), 3, 0).Sample(0);
    }

    [Fact]
    public void WithPictures_OfTheCatalogue_ChangesFrostAlone()
    {
        using var folder = new TemporaryFolder();
        var before = Catalog.All<IShift>();
        var after = before.WithPictures(folder.Path);
        Assert.All(before.Zip(after), pair => Assert.Equal(pair.First is not IReadsPictures, ReferenceEquals(pair.First, pair.Second)));
    }

    [Fact]
    public void Crop_OutsideThePicture_IsAUsageError()
    {
        var source = ColourImages.Grey(1, 32, 32, 100);
        var error = Assert.Throws<UsageException>(() => new FrostShift().Apply(source, 1, 0, ShiftTesting.Given(("row", "65"))));
        Assert.Equal("The crop of frost at row 65 and column 0 leaves its picture of 96x96; "
            + "give a row up to 64 and a column up to 64, or name another picture.", error.Message);
        Assert.False(new FrostShift().AppliesTo(ColourImages.Grey(1, 96, 32, 0)));
    }

    /// <summary>
    /// Every picture, row and column being equally likely, each frost pixel's share of all bytes is known: mean and shares of eight ranges
    /// of 1,000 images lie within five standard errors.
    /// </summary>
    [Theory]
    [InlineData(1, 1, .2)]
    [InlineData(3, .9, .4)]
    [InlineData(5, .75, .45)]
    public void Apply_ThousandImages_HasTheDistributionOfAllCrops(int severity, double image, double frost)
    {
        const int Count = 1000, Side = 32;
        var (expected, mean) = (new double[8], 0.0);
        foreach (var picture in FrostTextures.All)
            for (var i = 0; i < picture.Pixels.Length; i++)
            {
                var share = Covering(i / 3 / picture.Width, picture.Height) * Covering(i / 3 % picture.Width, picture.Width) / 15;
                var value = (byte)Math.Min(255, image * 100 + frost * picture.Pixels[i]);
                mean += share * value;
                expected[value / 32] += share;
            }
        Assert.Equal(1, expected.Sum(), 1e-9);
        var set = new FrostShift().Apply(ColourImages.Grey(Count, Side, Side, 100), severity, seed: 4);
        var samples = Enumerable.Range(0, Count).Select(set.Sample).ToArray();
        AssertMean(mean, [.. samples.Select(sample => sample.Average(value => (double)value))]);
        for (var range = 0; range < 8; range++)
            AssertMean(expected[range], [.. samples.Select(sample => sample.Count(value => value / 32 == range) / (double)sample.Length)]);

        static double Covering(int place, int length) =>
            Enumerable.Range(0, length - Side).Count(start => start <= place && place < start + Side) / (double)((length - Side) * Side);
    }

    private static void AssertMean(double expected, double[] values)
    {
        var mean = values.Average();
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        Assert.Equal(expected, mean, 5 * deviation / Math.Sqrt(values.Length) + 1e-4);
    }

    /// <summary>200 x 200: red is the column, green the row, blue 200; wholly transparent.</summary>
    private static byte[] Png()
    {
        using var bitmap = new SKBitmap(new SKImageInfo(200, 200, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var pixels = Enumerable.Range(0, 200 * 200).SelectMany(i => new byte[] { (byte)(i % 200), (byte)(i / 200), 200, 0 }).ToArray();
        Marshal.Copy(pixels, 0, bitmap.GetPixels(), pixels.Length);
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }
}
