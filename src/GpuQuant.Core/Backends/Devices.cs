using System.Globalization;
using GpuQuant.Numerics;

namespace GpuQuant.Backends;

/// <summary>Finds devices by the names that users give: <c>auto</c>, <c>cpu</c>, <c>cuda</c>, <c>cuda:1</c>.</summary>
public static class Devices
{
    /// <summary>Opens a device.</summary>
    /// <param name="name">A kind with an optional index, or <c>auto</c>: the first of cuda, opencl, directx, cpu that is there.</param>
    /// <param name="providers">The kinds, usually <c>Catalog.All&lt;IBackendProvider&gt;()</c>.</param>
    /// <exception cref="UsageException">There is no such kind or no such device; lists those that are.</exception>
    public static Backend Open(string name, IReadOnlyList<IBackendProvider> providers)
    {
        var (provider, index) = Find(name, providers);
        return provider.Open(index);
    }

    /// <summary>What <see cref="Open"/> would open.</summary>
    /// <exception cref="UsageException">As there.</exception>
    public static DeviceInfo Describe(string name, IReadOnlyList<IBackendProvider> providers)
    {
        var (provider, index) = Find(name, providers);
        return provider.Devices[index];
    }

    /// <summary>The kind whose first device <c>auto</c> takes.</summary>
    public static IBackendProvider Auto(IReadOnlyList<IBackendProvider> providers) =>
        providers.Where(p => p.AutoOrder is not null).OrderBy(p => p.AutoOrder).First(p => p.Devices.Count > 0);

    private static (IBackendProvider Provider, int Index) Find(string name, IReadOnlyList<IBackendProvider> providers)
    {
        if (name == "auto")
            return (Auto(providers), 0);
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var kind = colon < 0 ? name : name[..colon];
        var index = 0;
        var indexIsValid = colon < 0 || int.TryParse(name[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out index);
        var provider = providers.FirstOrDefault(p => p.Name == kind);
        if (provider is null || !indexIsValid)
            throw new UsageException($"Unknown device '{name}'. Known: auto, {string.Join(", ", providers.Select(p => p.Name))}; "
                + "a number chooses among several, as in cuda:1.");
        return index < provider.Devices.Count
            ? (provider, index)
            : throw new UsageException($"There is no device '{name}' on this machine{Reason(provider)}. Present: {Present(providers)}.");
    }

    private static string Reason(IBackendProvider provider) =>
        provider.Devices.Count == 0 && provider.WhyNone is { } reason ? $": {reason}" : "";

    private static string Present(IReadOnlyList<IBackendProvider> providers) =>
        string.Join(", ", providers.SelectMany(p => p.Devices).Select(d => d.Name));
}
