using GpuQuant.Data;
using GpuQuant.Data.Drawn;

namespace GpuQuant.Tests.Support;

/// <summary>The embedded digits, drawn once for all tests.</summary>
internal static class Glyphs
{
    private static readonly Lazy<IDataset> AllTraining = new(() => new GlyphsSource().Load(DataPart.Train, ""));

    private static readonly Lazy<IDataset> AllTest = new(() => new GlyphsSource().Load(DataPart.Test, ""));

    /// <summary>The first training samples.</summary>
    public static IDataset Training(int count) => Subset.First(AllTraining.Value, count);

    /// <summary>The first test samples.</summary>
    public static IDataset Test(int count) => Subset.First(AllTest.Value, count);
}
