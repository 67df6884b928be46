using System.Text;
using GpuQuant.Data;
using SkiaSharp;

namespace GpuQuant.Tests.Support;

/// <summary>Writes small sets in the layout in which WILDS unpacks iWildCam.</summary>
internal static class IWildCamBytes
{
    /// <summary>The columns of the published file, its unnamed first one included.</summary>
    public const string Header = ",split,location_remapped,location,sequence_remapped,datetime,seq_id,y,category_id,filename,image_id";

    private static readonly (string Name, byte[] Content)[] Pictures =
    [
        ("a.jpg", Encode(640, 480, SKEncodedImageFormat.Jpeg, (_, _) => new SKColor(200, 30, 60))), ("b.jpg", Gradient(64, 48)),
        ("c.jpg", Gradient(600, 450)), ("d.jpg", Gradient(90, 70)),
    ];

    /// <summary>One row of the metadata.</summary>
    public static string Row(string split, object y, string file, object location) =>
        $"0,{split},{location},17,3,2013-06-05 05:44:19.000000,\"30048,128\",{y},115,{file},x";

    /// <summary>The metadata file.</summary>
    public static byte[] Metadata(params string[] rows) => Encoding.UTF8.GetBytes(string.Join("\n", [Header, .. rows, ""]));

    /// <summary>A picture whose colours change from place to place.</summary>
    public static byte[] Gradient(int width, int height, SKEncodedImageFormat format = SKEncodedImageFormat.Jpeg) =>
        Encode(width, height, format, (x, y) => new SKColor((byte)(x * 255 / width), (byte)(y * 255 / height), (byte)(x * y % 200)));

    /// <summary>What Skia decodes of a file, as red, green, blue bytes.</summary>
    public static byte[] Decode(string path)
    {
        using var bitmap = SKBitmap.Decode(path);
        return [.. bitmap.Pixels.SelectMany(pixel => new[] { pixel.Red, pixel.Green, pixel.Blue })];
    }

    /// <summary>Writes a whole set: two cameras seen in training, one not. The picture a.jpg is of one colour, (200, 30, 60).</summary>
    public static void Write(TemporaryFolder folder, string subfolder = "iwildcam_v2.0")
    {
        folder.Write($"{subfolder}/metadata.csv", Metadata(
            Row("train", 7, "a.jpg", 1), Row("test", 181, "b.jpg", 9), Row("train", 0, "c.jpg", 2), Row("id_test", 3, "d.jpg", 1),
            Row("val", 5, "not-here.jpg", 4), Row("id_val", 6, "nor-this.jpg", 1)));
        foreach (var (name, content) in Pictures)
            folder.Write($"{subfolder}/train/{name}", content);
    }

    private static byte[] Encode(int width, int height, SKEncodedImageFormat format, Func<int, int, SKColor> colour)
    {
        using var bitmap = new SKBitmap(width, height);
        bitmap.Pixels = [.. Enumerable.Range(0, width * height).Select(i => colour(i % width, i / width))];
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }
}
