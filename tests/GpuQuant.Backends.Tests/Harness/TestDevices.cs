using GpuQuant.Backends.Cpu;
using GpuQuant.Backends.Ilgpu;

namespace GpuQuant.Backends.Tests.Harness;

/// <summary>
/// The devices of this machine, each opened once for the whole test run. The environment variable GPUQUANT_TEST_DEVICES, such as
/// <c>cpu,cuda:0</c>, restricts the run to some of them. The cpu is tested once more for every set of instructions that it has, as <c>cpu[avx2]</c>.
/// </summary>
public static class TestDevices
{
    // The simulator with the groups and warps of a GPU: too slow for all tests.
    private const string Groups = "ilgpu-cpu[groups]";

    private static readonly Dictionary<string, Backend> Opened = [];

    private static readonly Lazy<string[]> AllNames = new(() =>
    [
        .. Catalog.All<IBackendProvider>().SelectMany(provider => provider.Devices).Select(device => device.Name)
            .Concat(CpuIsa.Present.Select(isa => $"cpu[{isa}]")).Where(IsWanted),
    ]);

    /// <summary>The names of the devices to test.</summary>
    public static IReadOnlyList<string> Names => AllNames.Value;

    /// <summary>The device of that name.</summary>
    public static Backend Open(string name)
    {
        if (!Opened.TryGetValue(name, out var backend))
            Opened[name] = backend = name == Groups
                ? new IlgpuCpuProvider().OpenWithGroups()
                : CpuIsa.Present.FirstOrDefault(isa => name == $"cpu[{isa}]") is { } isa
                ? new CpuBackend(isa: isa)
                : Devices.Open(name, Catalog.All<IBackendProvider>());
        return backend;
    }

    /// <summary>Theory data: every case on every device.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="inGroups">Those for the simulator that runs the kernels whose threads share memory, which is too slow for all.</param>
    public static TheoryData<string, T> Times<T>(IEnumerable<T> cases, IEnumerable<T>? inGroups = null)
    {
        var rows = new TheoryData<string, T>();
        foreach (var testCase in cases)
            foreach (var name in Names)
                rows.Add(name, testCase);
        foreach (var testCase in (inGroups ?? []).Where(_ => IsWanted(Groups)))
            rows.Add(Groups, testCase);
        return rows;
    }

    private static bool IsWanted(string name) =>
        Environment.GetEnvironmentVariable("GPUQUANT_TEST_DEVICES") is not { Length: > 0 } wanted || wanted.Split(',').Contains(name);
}
