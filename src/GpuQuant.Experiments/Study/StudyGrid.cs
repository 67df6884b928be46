using GpuQuant.Data;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>Which nets the study trains on a data set, and how; on sets that stand in for one of the study's, the plain way only.</summary>
internal static class StudyGrid
{
    private static readonly string[] Digits = ["lenet1", "lenet5"], Photographs = ["resnet20", "nin"], Texts = ["lstm", "gru"];
    private static readonly string[] Traps = ["densenet121", "resnet50"];
    private static readonly string[] All = ["standard", "qat", "adversarial", "mixup"], Plain = ["standard"];

    // Of texts the paper has no qat.
    private static readonly Dictionary<string, (string[] Architectures, string[] Strategies)> Choices = new()
    {
        ["mnist"] = (Digits, All),
        ["fashion_mnist"] = (Digits, All),
        ["glyphs"] = (Digits, Plain),
        ["cifar10"] = (Photographs, All),
        ["shapes"] = (Photographs, Plain),
        ["imdb"] = (Texts, ["standard", "adversarial", "mixup"]),
        ["phrases"] = (Texts, Plain),
        ["iwildcam"] = (Traps, All),
        ["traps"] = (Traps, Plain),
    };

    /// <summary>The nets for a data set.</summary>
    /// <exception cref="UsageException">It is none of those that the study has or that stand in for them.</exception>
    public static IReadOnlyList<string> Architectures(IDataSource source) => Choices.TryGetValue(source.Name, out var choice)
        ? choice.Architectures
        : throw new UsageException($"The study has no nets for {source.Name}; name them (--arch).");

    /// <summary>The ways to train on a data set.</summary>
    public static IReadOnlyList<string> Strategies(IDataSource source) =>
        Choices.TryGetValue(source.Name, out var choice) ? choice.Strategies : Plain;
}
