using System.Text.Json;

namespace GpuQuant.Tests.Golden;

/// <summary>What scikit-learn, SciPy and statsmodels say of small cases (tests/golden/metrics.py), and the cases' scores and labels.</summary>
internal static class MetricsGolden
{
    private static readonly Lazy<JsonElement> File = new(() =>
        JsonDocument.Parse(System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "metrics.json"))).RootElement);

    /// <summary>Numbers of one of the file's lists.</summary>
    public static double[] Numbers(string section, string name) => Numbers(File.Value.GetProperty(section).GetProperty(name));

    /// <summary>Numbers of one of the file's tables.</summary>
    public static double[][] Table(string section, string name) =>
        [.. File.Value.GetProperty(section).GetProperty(name).EnumerateArray().Select(Numbers)];

    /// <summary>Scores and labels by the script's formula.</summary>
    public static (double[] Scores, bool[] Positives) Case(string name)
    {
        var (stream, count, strength, step, scale) = name switch
        {
            "overlapping" => (200, 400, 1, 1, 1.0),
            "sharp" => (201, 240, 6, 1, 1.0),
            "separable" => (202, 90, 1000, 1, 1.0),
            "stepped" => (203, 500, 2, 8192, 1.0),
            _ => (204, 300, 1, 1, 1 / 1024.0),
        };
        var (u, v) = (PyTorchGolden.Spread(2 * stream, count), PyTorchGolden.Spread(2 * stream + 1, count));
        return (Array.ConvertAll(u, value => value / step * step / 65536.0 * scale),
            [.. u.Zip(v, (a, b) => strength * a + b > (strength + 1) * 32768)]);
    }

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(value => value.GetDouble())];
}
