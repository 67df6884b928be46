using System.Reflection;
using GpuQuant.Backends.Ilgpu;
using ILGPU;
using KernelGate;

namespace GpuQuant.Backends.Tests.Lanes;

/// <summary>The gate must see a kernel that keeps values in memory, and must look at every kernel there is.</summary>
public sealed class GateTests
{
    private static readonly Assembly Backend = typeof(IlgpuBackend).Assembly;

    // The launches whose code the search reads; they are never run.
    public static Delegate[] Launches() =>
        [PlantedKernels.Sound, Typed<int>(), Typed<float>(), (Action<Index1D>)(_ => PlantedKernels.WithLocalArray(_, default, default))];

    // Kernels of one thread per element show by their first parameter; those of groups cannot be told from their helpers.
    [Fact]
    public void Of_Backend_FindsEveryKernelThatTakesAnIndex()
    {
        var declared = Backend.GetTypes().Where(type => type.Namespace == "GpuQuant.Kernels")
            .SelectMany(type => type.GetMethods(BindingFlags.Static | BindingFlags.Public)).Where(TakesIndex);
        Assert.Equal(
            declared.Select(BoundKernels.Name).Order(StringComparer.Ordinal),
            BoundKernels.Of(Backend).Where(TakesIndex).Select(BoundKernels.Name));
    }

    [Fact]
    public void Of_ThisAssembly_FindsWhatIsBoundAsTheTypesWithWhichItIs()
    {
        var found = BoundKernels.Of(typeof(GateTests).Assembly, typeof(PlantedKernels).Namespace!)
            .Where(kernel => kernel.DeclaringType == typeof(PlantedKernels)).Select(BoundKernels.Name);
        Assert.Equal(["PlantedKernels.Generic<Int32>", "PlantedKernels.Generic<Single>", "PlantedKernels.Sound"], found);
    }

    [Fact]
    public void Problems_KernelWithALocalArray_NamesItsStack()
    {
        var (before, now) = (Measure(nameof(PlantedKernels.Sound)), Measure(nameof(PlantedKernels.WithLocalArray)));
        Assert.Equal((0, 0), (before.StackBytes, before.SpillBytes));
        Assert.InRange(before.Registers, 4, 32);
        Assert.Empty(KernelTable.Problems([before], [before]));
        // 64 floats.
        Assert.Equal(256, now.StackBytes);
        Assert.Contains(
            "PlantedKernels.Sound on sm_80 takes 256 bytes of stack instead of 0.",
            KernelTable.Problems([before], [now with { Kernel = before.Kernel }]));
    }

    private static bool TakesIndex(MethodInfo method) => method.GetParameters().FirstOrDefault()?.ParameterType == typeof(Index1D);

    private static KernelFigures Measure(string kernel) =>
        Gate.Measure([typeof(PlantedKernels).GetMethod(kernel)!], ["sm_80"], Tools()).Single();

    private static string Tools()
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set
            ? set
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Environment.GetEnvironmentVariable("CUDATOOLS") ?? Path.Combine(cache, "gpuquant", "cudatools");
        if (!File.Exists(Path.Combine(folder, "ptxas")))
            Assert.Skip("no ptxas here: tests/lanes/cudatools.sh fetches it");
        return folder;
    }

    private static Action<Index1D, ArrayView<T>> Typed<T>() where T : unmanaged => PlantedKernels.Generic;
}
