using System.Reflection;
using GpuQuant.Numerics;

namespace GpuQuant;

/// <summary>Something that users choose by name: a data set, shift, architecture, quantizer, strategy, optimizer or backend.</summary>
public interface INamed
{
    /// <summary>The name in scripts, on the command line and in result files, such as <c>lenet5</c> or <c>shot_noise</c>.</summary>
    string Name { get; }
}

/// <summary>
/// Everything of one kind that the GpuQuant assemblies of this program contain: each public class that implements the interface and
/// has a parameterless constructor. A new entry is one new file; nothing registers it. Only entry programs and tests use this.
/// </summary>
public static class Catalog
{
    private static readonly Lazy<Assembly[]> Assemblies = new(LoadAssemblies);

    /// <summary>All entries, sorted by name.</summary>
    public static IReadOnlyList<T> All<T>() where T : INamed => Entries<T>.Items;

    /// <summary>The entry of that name.</summary>
    /// <param name="kind">What it is, for the error: "architecture".</param>
    /// <param name="name">The name, exactly as listed.</param>
    /// <exception cref="UsageException">There is none; the message lists those that are.</exception>
    public static T Get<T>(string kind, string name) where T : INamed =>
        Entries<T>.Items.FirstOrDefault(item => item.Name == name)
        ?? throw UnknownName.Error(kind, name, Entries<T>.Items.Select(item => item.Name));

    private static Assembly[] LoadAssemblies()
    {
        // The runtime's list of the program's assemblies: those that no code has touched yet are not loaded.
        var listed = ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator)
            .Select(Path.GetFileNameWithoutExtension)
            .Where(name => name!.StartsWith("GpuQuant.", StringComparison.Ordinal))
            .Select(name => Assembly.Load(name!));
        var loaded = AppDomain.CurrentDomain.GetAssemblies()
            .Where(assembly => assembly.GetName().Name!.StartsWith("GpuQuant.", StringComparison.Ordinal));
        return [.. listed.Concat(loaded).Distinct()];
    }

    private static class Entries<T> where T : INamed
    {
        public static readonly T[] Items =
        [
            .. Assemblies.Value.SelectMany(assembly => assembly.GetExportedTypes())
                .Where(type =>
                    type is { IsAbstract: false, IsClass: true } && type.IsAssignableTo(typeof(T)) && type.GetConstructor([]) is not null)
                .Select(type => (T)Activator.CreateInstance(type)!)
                .OrderBy(item => item.Name, StringComparer.Ordinal),
        ];
    }
}
