using GpuQuant.Shifts;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Shifts.Cifar10C;

/// <summary>
/// The other drawn corruptions over 1,000 images with slopes and edges (<see cref="ColourImages.Slopes"/>): mean, standard deviation and
/// the shares of eight ranges of 32 grey levels, in percent. The expected values come from an independent plain implementation with
/// draws of its own (1,000 images as well); the bounds are 4.5 standard errors of the difference, the images' own scatter taken as it is.
/// </summary>
public class DrawnShiftDistributionTests
{
    private const int Images = 1000;

    private static readonly Expected[] Table =
    [
        new("elastic_transform", 1, 119.12, 0.12, 56.37, 0.05, [4.86, 17.18, 15.73, 16.37, 15.82, 17.49, 12.55, 0.00], 0.10),
        new("elastic_transform", 2, 119.10, 0.11, 56.10, 0.05, [4.59, 17.41, 15.76, 16.40, 15.84, 17.53, 12.46, 0.00], 0.09),
        new("elastic_transform", 3, 119.06, 0.10, 55.48, 0.05, [3.85, 17.91, 15.92, 16.55, 15.96, 17.81, 12.00, 0.00], 0.10),
        new("elastic_transform", 4, 119.10, 0.11, 55.28, 0.05, [3.65, 17.98, 16.00, 16.57, 16.05, 17.87, 11.88, 0.00], 0.11),
        new("elastic_transform", 5, 119.05, 0.10, 55.25, 0.04, [3.66, 17.98, 16.02, 16.59, 16.07, 17.87, 11.82, 0.00], 0.10),
        new("fog", 1, 116.97, 0.79, 47.87, 0.07, [0.84, 17.05, 18.79, 19.48, 19.58, 19.73, 4.52, 0.00], 0.43),
        new("fog", 2, 115.85, 1.56, 39.52, 0.22, [0.32, 10.17, 23.72, 24.45, 25.28, 14.91, 1.16, 0.00], 1.03),
        new("fog", 3, 114.42, 1.94, 36.13, 0.38, [0.30, 8.32, 24.11, 29.12, 26.42, 11.06, 0.68, 0.00], 1.18),
        new("fog", 4, 114.05, 2.19, 34.81, 0.50, [0.36, 7.48, 23.40, 32.47, 25.87, 9.77, 0.65, 0.00], 1.22),
        new("fog", 5, 112.77, 2.42, 34.18, 0.66, [0.46, 7.49, 23.64, 34.24, 24.94, 8.62, 0.61, 0.00], 1.56),
        new("glass_blur", 1, 119.70, 0.06, 58.31, 0.02, [6.33, 16.29, 15.25, 15.75, 15.41, 16.91, 14.07, 0.00], 0.04),
        new("glass_blur", 2, 119.12, 0.06, 58.18, 0.02, [6.60, 16.28, 15.22, 15.81, 15.40, 16.91, 13.79, 0.00], 0.04),
        new("glass_blur", 3, 118.87, 0.05, 56.36, 0.02, [3.45, 19.47, 15.22, 15.93, 15.27, 17.74, 12.92, 0.00], 0.05),
        new("glass_blur", 4, 119.29, 0.09, 58.14, 0.02, [6.56, 16.15, 15.26, 15.74, 15.51, 16.96, 13.83, 0.00], 0.07),
        new("glass_blur", 5, 119.07, 0.08, 56.20, 0.02, [3.21, 19.53, 15.25, 15.88, 15.37, 17.82, 12.94, 0.00], 0.07),
        new("motion_blur", 1, 119.65, 0.05, 56.48, 0.17, [5.31, 16.52, 15.25, 15.99, 16.84, 16.82, 13.27, 0.00], 0.22),
        new("motion_blur", 2, 119.59, 0.05, 55.59, 0.26, [4.55, 16.78, 15.17, 17.54, 15.43, 18.16, 12.38, 0.00], 0.24),
        new("motion_blur", 3, 119.59, 0.03, 54.86, 0.35, [3.95, 16.95, 16.51, 16.27, 16.52, 18.25, 11.55, 0.00], 0.31),
        new("motion_blur", 4, 119.60, 0.03, 54.76, 0.35, [3.90, 16.93, 16.59, 16.24, 16.55, 18.31, 11.49, 0.00], 0.31),
        new("motion_blur", 5, 119.54, 0.04, 54.02, 0.44, [3.38, 16.92, 16.65, 17.29, 15.59, 19.82, 10.35, 0.00], 0.49),
        new("snow", 1, 130.70, 0.18, 56.66, 0.06, [0.62, 14.95, 17.02, 15.71, 15.32, 18.18, 15.67, 2.52], 0.10),
        new("snow", 2, 144.82, 0.31, 55.12, 0.08, [0.00, 7.63, 14.81, 18.86, 15.72, 18.77, 16.23, 7.98], 0.17),
        new("snow", 3, 146.49, 0.59, 55.99, 0.18, [0.00, 7.62, 14.23, 18.48, 15.67, 18.75, 16.17, 9.08], 0.34),
        new("snow", 4, 159.40, 0.85, 54.31, 0.20, [0.00, 2.44, 12.12, 17.99, 16.74, 18.90, 17.18, 14.64], 0.53),
        new("snow", 5, 176.22, 1.57, 51.64, 0.25, [0.00, 0.13, 6.47, 14.39, 18.71, 17.92, 19.77, 22.61], 1.18),
        new("spatter", 1, 120.64, 0.07, 58.80, 0.04, [6.15, 16.18, 15.13, 15.73, 15.37, 16.79, 14.13, 0.51], 0.04),
        new("spatter", 2, 122.44, 0.12, 59.53, 0.06, [5.91, 15.72, 14.96, 15.69, 15.39, 16.76, 14.19, 1.38], 0.06),
        new("spatter", 3, 126.61, 0.25, 60.66, 0.10, [5.17, 14.61, 14.72, 15.69, 15.43, 16.68, 14.41, 3.29], 0.13),
        new("spatter", 4, 116.86, 0.19, 58.81, 0.03, [6.79, 17.85, 15.83, 15.12, 14.74, 16.15, 13.52, 0.00], 0.12),
        new("spatter", 5, 114.99, 0.22, 59.01, 0.03, [7.08, 18.75, 16.39, 14.68, 14.29, 15.68, 13.12, 0.00], 0.15),
    ];

    public static TheoryData<string, int> All() => [.. Table.Select(row => (row.Shift, row.Severity))];

    [Theory]
    [MemberData(nameof(All))]
    public void Apply_ThousandImages_HasTheExpectedDistribution(string name, int severity)
    {
        var expected = Table.Single(row => row.Shift == name && row.Severity == severity);
        var shift = Catalog.All<IShift>().Single(shift => shift.Suite == "cifar10-c" && shift.Name == name);
        var values = shift.Apply(ColourImages.Slopes(Images), severity, seed: 8).Samples(Images);
        var mean = values.Average(value => (double)value);
        var deviation = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)));
        Assert.Equal(expected.Mean, mean, expected.MeanBound);
        Assert.Equal(expected.Deviation, deviation, expected.DeviationBound);
        for (var range = 0; range < 8; range++)
            Assert.Equal(expected.Shares[range], 100.0 * values.Count(value => value / 32 == range) / values.Length, expected.ShareBound);
    }

    private sealed record Expected(
        string Shift, int Severity, double Mean, double MeanBound, double Deviation, double DeviationBound,
        double[] Shares, double ShareBound);
}
