using System.Globalization;
using GpuQuant.Data.Text;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// The unpacked folder of iWildCam in WILDS: <c>metadata.csv</c> (plain or compressed), whose rows give each picture's file name, split,
/// class y and place, and the pictures in <c>train</c>, which holds those of all splits.
/// </summary>
internal static class IWildCamFolder
{
    /// <summary>The number of classes.</summary>
    public const int Classes = 182;

    private const string Metadata = "metadata.csv", Pictures = "train";
    private static readonly string[] Folders = ["iwildcam_v2.0", "iwildcam", ""];
    private static readonly string[] Splits = ["train", "val", "test", "id_val", "id_test"];

    /// <summary>The folder that holds the metadata and the pictures, or null.</summary>
    public static string? Find(string dataDirectory) => Folders.Select(folder => Path.Combine(dataDirectory, folder)).FirstOrDefault(
        folder => CompressedFile.Find(folder, Metadata) is not null && Directory.Exists(Path.Combine(folder, Pictures)));

    /// <summary>The samples of one split; every row of the metadata is checked, and that the split's pictures are there.</summary>
    /// <param name="name">The data set's name in result rows.</param>
    /// <param name="split">The split in WILDS's words: <c>id_test</c>.</param>
    /// <param name="dataDirectory">The data folder.</param>
    /// <exception cref="DataException">The folder or a picture is missing, or a row is wrong; names it.</exception>
    public static IWildCamDataset Load(string name, string split, string dataDirectory)
    {
        var folder = Find(dataDirectory)
            ?? throw new DataException($"The data folder '{dataDirectory}' holds no iWildCam; {IWildCamSource.HowToGet}.");
        var path = CompressedFile.Find(folder, Metadata)!;
        var pictures = Path.Combine(folder, Pictures);
        var samples = CompressedFile.Guard(path, "check the path", () =>
        {
            var present = Directory.EnumerateFiles(pictures).Select(Path.GetFileName).ToHashSet();
            using var stream = CompressedFile.OpenRead(path);
            return ReadRows(new CsvReader(stream, path), split, pictures, present);
        });
        return samples.Count > 0
            ? new IWildCamDataset(name, pictures, path, samples)
            : throw new DataException($"'{path}' has no row of the split {split}; check that the file is whole.");
    }

    private static List<IWildCamSample> ReadRows(CsvReader rows, string split, string pictures, HashSet<string?> present)
    {
        var (fileColumn, splitColumn) = (rows.Column("filename"), rows.Column("split"));
        var (classColumn, placeColumn) = (rows.Column("y"), rows.Column("location_remapped"));
        var samples = new List<IWildCamSample>();
        while (rows.Read())
        {
            var (file, rowSplit) = (rows.Text(fileColumn), rows.Text(splitColumn));
            if (!Splits.Contains(rowSplit))
                throw rows.Bad($"has the split '{rowSplit}', expected one of {string.Join(", ", Splits)}");
            var label = Number(rows, classColumn, "y", Classes);
            var place = Number(rows, placeColumn, "location_remapped", int.MaxValue);
            if (rowSplit != split)
                continue;
            // Also keeps names with folders in them, such as ../x.jpg, from leaving the pictures' folder.
            if (!present.Contains(file))
                throw rows.Bad($"names the picture '{file}', which is not in '{pictures}'");
            samples.Add(new(file, label, place, rows.Record));
        }
        return samples;
    }

    private static int Number(CsvReader rows, int column, string name, int end)
    {
        var text = rows.Text(column);
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value < end
            ? value
            : throw rows.Bad($"has {name} '{text}', expected a whole number from 0 to {end - 1}");
    }
}
