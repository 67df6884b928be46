using GpuQuant.Backends.Cpu;
using GpuQuant.Backends.Ilgpu;

namespace GpuQuant.Backends.Tests.Harness;

/// <summary>
/// The devices of this machine, each opened once for the whole test run. The environment variable GPUQUANT_TEST_DEVICES, such as
/// <c>cpu,cuda:0</c>, restricts the run to some of them. The cpu is tested once more for every set of instructions that it has, as <c>cpu[avx2]</c>.
/// </summary>
public static class TestDevices
{
    /// <summary>The simulator with groups as large as a GPU's: too slow for all tests.</summary>
    public const string Groups = "ilgpu-cpu[groups]";

    /// <summary>That with warps of 32 as well, which do what tensor cores do.</summary>
    public const string Warps = "ilgpu-cpu[warps]";

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
            Opened[name] = backend = name is Groups or Warps
                ? new IlgpuCpuProvider().OpenWithGroups(name == Warps ? 32 : 4)
                : CpuIsa.Present.FirstOrDefault(isa => name == $"cpu[{isa}]") is { } isa
                ? new CpuBackend(isa: isa)
                : Devices.Open(name, Catalog.All<IBackendProvider>());
        return backend;
    }

    /// <summary>Theory data: every case on every device.</summary>
    /// <param name="cases">The cases.</param>
    /// <param name="few">Those for the simulators that run the kernels whose threads share memory.</param>
    /// <param name="simulators">Which of them: <see cref="Groups"/> unless others are named.</param>
    public static TheoryData<string, T> Times<T>(IEnumerable<T> cases, IEnumerable<T>? few = null, params IReadOnlyList<string> simulators)
    {
        var rows = new TheoryData<string, T>();
        foreach (var testCase in cases)
            foreach (var name in Names)
                rows.Add(name, testCase);
        foreach (var testCase in few ?? [])
            foreach (var name in (simulators.Count > 0 ? simulators : [Groups]).Where(IsWanted))
                rows.Add(name, testCase);
        return rows;
    }

    private static bool IsWanted(string name) =>
        Environment.GetEnvironmentVariable("GPUQUANT_TEST_DEVICES") is not { Length: > 0 } wanted || wanted.Split(',').Contains(name);
}
