using System.Xml.Linq;
using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using SkiaSharp;

namespace GpuQuant.Tests.Experiments;

public sealed class Rq1PictureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_TwoModels_SaysEverything()
    {
        Draw(Rq1.Of(
        [
            Cells.Make("float32"), Cells.Make(disagreements: 12), Cells.Make("coreml8", "shot_noise", count: 10_000, disagreements: 7),
            Cells.Make(architecture: "lenet1", disagreements: 1),
        ]));
        var texts = SvgTexts();
        Assert.Contains("mnist lenet1 standard", texts);
        Assert.Contains("mnist lenet5 standard", texts);
        Assert.Contains("12.00", texts);
        Assert.Contains("0.07", texts);
        // tflite8 on shot noise, coreml8 on original; their means and lenet1's only cell exist.
        Assert.Equal(3, texts.Count(text => text == "-"));
        Assert.Contains("shot noise", texts);
        Assert.Contains("mean of shifted", texts);
        Assert.Contains("one seed per model; -: not evaluated", texts);
        Assert.DoesNotContain("float32", texts);
    }

    [Fact]
    public void Write_ThreeSeeds_ShowsTheirDeviation()
    {
        Draw(Rq1.Of(Enumerable.Range(1, 3).Select(seed => Cells.Make(seed: (ulong)seed, disagreements: seed))));
        Assert.Contains("\u00b11.00", SvgTexts());
        Assert.Contains("mean \u00b1 standard deviation over 3 seeds; -: not evaluated", SvgTexts());
    }

    [Fact]
    public void Write_Png_HasTheWidthAndTheColoursOfTheScale()
    {
        Draw(Rq1.Of([Cells.Make(disagreements: 0), Cells.Make(testSet: "fog", disagreements: 100)]));
        using var picture = SKBitmap.Decode(_folder.File("rq1.png"));
        Assert.Equal(1200, picture.Width);
        // A cell of 0 and one of 100 beside each other; the probe keeps off the numbers in their middles.
        Assert.Equal((SKColors.White, true), (picture.GetPixel(105, 110), picture.GetPixel(205, 110).Red < 100));
    }

    [Fact]
    public void Write_ManyTestSets_GrowsInWidth()
    {
        Draw(Rq1.Of(Enumerable.Range(0, 40).Select(i => Cells.Make(testSet: $"shift_{i}"))));
        using var picture = SKBitmap.Decode(_folder.File("rq1.png"));
        Assert.InRange(picture.Width, 1900, 2500);
    }

    [Fact]
    public void Write_SameRows_GivesTheSameBytes()
    {
        Draw(Rq1.Of([Cells.Make(disagreements: 3)]));
        var (png, svg) = (File.ReadAllBytes(_folder.File("rq1.png")), File.ReadAllBytes(_folder.File("rq1.svg")));
        Draw(Rq1.Of([Cells.Make(disagreements: 3)]));
        Assert.Equal(png, File.ReadAllBytes(_folder.File("rq1.png")));
        Assert.Equal(svg, File.ReadAllBytes(_folder.File("rq1.svg")));
    }

    [Fact]
    public void Write_MissingFont_FallsBack()
    {
        Rq1Picture.Write(Rq1.Of([Cells.Make(disagreements: 3)]), _folder.File("rq1"), new PictureOptions(Font: "No Such Font"));
        Assert.Contains("3.00", SvgTexts());
    }

    [Fact]
    public void Write_NothingToDraw_IsRefused()
    {
        AssertRefused("no quantized model", Rq1.Of([]), 1200);
        AssertRefused("no quantized model", Rq1.Of([Cells.Make("float32")]), 1200);
        AssertRefused("at least 600", Rq1.Of([Cells.Make()]), 599);
        Assert.Empty(Directory.GetFiles(_folder.Path));

        void AssertRefused(string problem, Rq1 rq1, int width)
        {
            var error = Assert.Throws<UsageException>(() => Rq1Picture.Write(rq1, _folder.File("rq1"), new PictureOptions(width)));
            Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        }
    }

    private void Draw(Rq1 rq1) => Rq1Picture.Write(rq1, _folder.File("rq1"));

    private List<string> SvgTexts() =>
    [
        .. XDocument.Load(_folder.File("rq1.svg")).Descendants().Where(node => node.Name.LocalName == "text")
            .Select(node => node.Value.Trim()),
    ];
}
