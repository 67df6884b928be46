namespace GpuQuant.Backends.Tests;

public sealed class DeviceTests
{
    private static readonly IReadOnlyList<IBackendProvider> Providers = Catalog.All<IBackendProvider>();

    /// <summary>
    /// A missing GPU skips with its reason, unless the environment variable GPUQUANT_REQUIRED_DEVICES, such as <c>cuda,opencl</c>, says
    /// that it must be there. The kinds that need no hardware never skip.
    /// </summary>
    [Theory]
    [InlineData("cpu", null)]
    [InlineData("ilgpu-cpu", null)]
    [InlineData("cuda", "no CUDA device on this machine: cuda is not tested here")]
    [InlineData("opencl", "no OpenCL device on this machine: opencl is not tested here")]
    [InlineData("directx", "no DirectX 12 device on this machine (Windows only): directx is not tested here")]
    public void EveryKind_IsPresentOrSkipsWithItsReason(string kind, string? reason)
    {
        var required = (Environment.GetEnvironmentVariable("GPUQUANT_REQUIRED_DEVICES") ?? "").Split(',');
        var isPresent = Providers.Any(provider => provider.Name == kind && provider.Devices.Count > 0);
        if (!isPresent && reason is not null && !required.Contains(kind))
            Assert.Skip(reason);
        Assert.True(isPresent, $"There is no {kind} device.");
    }

    [Fact]
    public void EveryDevice_HasItsKindsNameAndOpens()
    {
        foreach (var provider in Providers)
            for (var i = 0; i < provider.Devices.Count; i++)
            {
                Assert.Contains(provider.Devices[i].Name, new[] { provider.Name, $"{provider.Name}:{i}" });
                Assert.NotEmpty(provider.Devices[i].Description);
                Assert.Equal(provider.Devices[i], TestDevices.Open(provider.Devices[i].Name).Device);
            }
    }

    [Fact]
    public void Open_Auto_TakesTheFirstKindInOrder()
    {
        var first = Providers.Where(p => p.AutoOrder is not null && p.Devices.Count > 0).MinBy(p => p.AutoOrder)!;
        using var backend = Devices.Open("auto", Providers);
        Assert.Equal(first.Devices[0], backend.Device);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("")]
    [InlineData("CUDA")]
    [InlineData("cuda:")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:1.5")]
    [InlineData("cuda:99999999999")]
    public void Open_UnknownName_ListsTheKinds(string name)
    {
        var error = Assert.Throws<UsageException>(() => Devices.Open(name, Providers));
        Assert.StartsWith($"Unknown device '{name}'. Known: auto, cpu, cuda, ", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("a number chooses among several, as in cuda:1.", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.ExitCode);
    }

    [Theory]
    [InlineData("cuda:7")]
    [InlineData("cpu:1")]
    public void Open_AbsentIndex_SaysWhyAndListsTheDevicesPresent(string name)
    {
        var present = string.Join(", ", Providers.SelectMany(p => p.Devices).Select(d => d.Name));
        var why = Providers.Single(p => name.StartsWith($"{p.Name}:", StringComparison.Ordinal)).WhyNone;
        var error = Assert.Throws<UsageException>(() => Devices.Open(name, Providers));
        Assert.Equal($"There is no device '{name}' on this machine{(why is null ? "" : ": " + why)}. Present: {present}.", error.Message);
        Assert.Equal(2, error.ExitCode);
    }
}
