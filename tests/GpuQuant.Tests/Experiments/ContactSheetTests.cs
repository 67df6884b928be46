using GpuQuant.Experiments;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using SkiaSharp;

namespace GpuQuant.Tests.Experiments;

/// <summary>Pictures stand where they belong, enlarged without smoothing.</summary>
public sealed class ContactSheetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A picture of 2x2 pixels becomes 96x96: its four quarters of 48x48 have its pixels' colours throughout.</summary>
    [Fact]
    public void Write_ColourPicture_IsEnlargedPixelByPixel()
    {
        byte[] picture = [250, 10, 20, 30, 240, 40, 50, 60, 230, 5, 5, 5];
        ContactSheet.Write(_folder.File("a.png"), "t", "s", new Shape(2, 2, 3), ["one", "two"],
            [new SheetRow("fog", "", [null, picture], Marked: 1), new SheetRow("a much longer name", "a note", [picture])]);
        using var bitmap = SKBitmap.Decode(_folder.File("a.png"));
        foreach (var colour in new SKColor[] { new(250, 10, 20), new(30, 240, 40), new(50, 60, 230), new(5, 5, 5) })
            Assert.Equal(2 * 48 * 48, bitmap.Pixels.Count(pixel => pixel == colour));
        // The frame of three pixels around the marked one.
        Assert.Equal(102 * 102 - 96 * 96, bitmap.Pixels.Count(pixel => pixel == new SKColor(208, 72, 24)));
    }

    [Fact]
    public void Write_Grey_IsGreyAndTheSameAgain()
    {
        var picture = Enumerable.Range(0, 784).Select(i => (byte)(i % 100 + 100)).ToArray();
        foreach (var name in new[] { "a.png", "b.png" })
            ContactSheet.Write(_folder.File(name), "title", "subtitle", new Shape(28, 28, 1), ["one"],
                [new SheetRow("row", "", [picture])]);
        Assert.Equal(File.ReadAllBytes(_folder.File("a.png")), File.ReadAllBytes(_folder.File("b.png")));
        using var bitmap = SKBitmap.Decode(_folder.File("a.png"));
        // 28 pixels threefold are 84.
        Assert.True(bitmap.Pixels.Count(pixel => pixel == new SKColor(150, 150, 150)) >= 9 * picture.Count(value => value == 150));
        Assert.Contains("cannot be shown", Assert.Throws<UsageException>(() => ContactSheet.Write(
            _folder.File("c.png"), "", "", new Shape(200), ["one"], [new SheetRow("row", "", [picture])])).Message);
    }
}
