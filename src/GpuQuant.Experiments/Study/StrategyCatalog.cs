using GpuQuant.Training;
using GpuQuant.Training.Rules;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Experiments;

/// <summary>The training strategies of this program.</summary>
public static class StrategyCatalog
{
    /// <summary>The names of all ways through the phases, then those of all rules for batches.</summary>
    public static IEnumerable<string> Names =>
        [.. Catalog.All<ITrainingStrategy>().Select(strategy => strategy.Name), .. Catalog.All<BatchRule>().Select(rule => rule.Name)];

    /// <summary>The strategy of a name such as <c>mixup+qat</c>.</summary>
    /// <exception cref="Numerics.UsageException">The name is wrong; says how.</exception>
    public static ComposedStrategy Get(string name) =>
        ComposedStrategy.Parse(name, Catalog.All<ITrainingStrategy>(), Catalog.All<BatchRule>());
}
