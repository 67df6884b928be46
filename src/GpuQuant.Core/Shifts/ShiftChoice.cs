using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Shifts;

/// <summary>Which of the shifts of one name, in several suites, is meant.</summary>
public static class ShiftChoice
{
    /// <summary>The same shifts, those that overlay pictures with the data folder's where it has them.</summary>
    /// <param name="shifts">The shifts there are, usually <c>Catalog.All&lt;IShift&gt;()</c>.</param>
    /// <param name="dataDirectory">The data folder, <c>--data-dir</c>.</param>
    public static IReadOnlyList<IShift> WithPictures(this IReadOnlyList<IShift> shifts, string dataDirectory) =>
        [.. shifts.Select(shift => shift is IReadsPictures reader ? reader.WithPictures(dataDirectory) : shift)];

    /// <summary>The shift of that name that applies to the data.</summary>
    /// <param name="shifts">The shifts there are, usually <c>Catalog.All&lt;IShift&gt;()</c>.</param>
    /// <param name="name">The name, <c>brightness</c>.</param>
    /// <param name="source">The data to shift.</param>
    /// <exception cref="UsageException">No shift has that name, or none of that name applies; lists those that do.</exception>
    public static IShift For(this IReadOnlyList<IShift> shifts, string name, IDataset source)
    {
        var fitting = shifts.Where(shift => shift.AppliesTo(source)).ToArray();
        return fitting.FirstOrDefault(shift => shift.Name == name) ?? throw new UsageException(
            $"There is no shift '{name}' for {source.Name} ({source.SampleType} of {source.SampleShape}). "
            + (fitting.Length == 0 ? "No shift applies to such data." : $"Known: {string.Join(", ", fitting.Select(s => s.Name))}."));
    }
}
