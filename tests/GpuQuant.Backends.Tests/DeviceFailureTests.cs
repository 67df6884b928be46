using System.Reflection;
using GpuQuant.Backends.Ilgpu;

namespace GpuQuant.Backends.Tests;

/// <summary>What a user reads when a device is missing or fails. The failures are put in where the driver's would come.</summary>
public sealed class DeviceFailureTests
{
    private static readonly MethodInfo Kernel =
        typeof(DeviceFailureTests).GetMethod(nameof(Fail), BindingFlags.NonPublic | BindingFlags.Static)!;

    private readonly LaunchGuard _guard = new("cuda:0");

    [Fact]
    public void WhyNone_EachStateOfTheDriver_SaysWhatToDo()
    {
        Assert.Equal("no NVIDIA driver is installed", new CudaDriver(false, null, []).WhyNone());
        Assert.Equal(
            "the NVIDIA driver does not answer; restart the machine or install the driver anew", new CudaDriver(true, null, []).WhyNone());
        Assert.Equal("the NVIDIA driver (CUDA 12.4) sees no GPU", new CudaDriver(true, "12.4", []).WhyNone());
        Assert.Equal(
            "the NVIDIA driver (CUDA 9.2) is too old for NVIDIA L4; update it",
            new CudaDriver(true, "9.2", [("NVIDIA L4", false)]).WhyNone());
        Assert.Null(new CudaDriver(true, "12.4", [("Tesla M40", false), ("NVIDIA L4", true)]).WhyNone());
    }

    [Fact]
    public void WhyNone_ThisMachine_IsNullOnlyWhereThereIsADevice()
    {
        var cuda = new CudaProvider();
        Assert.Equal(cuda.Devices.Count > 0, cuda.WhyNone is null);
    }

    [Fact]
    public void Open_SeventhOfOneDevice_ListsIt()
    {
        var error = Assert.Throws<UsageException>(() => Devices.Open("cuda:7", [new OneDevice()]));
        Assert.Equal("There is no device 'cuda:7' on this machine. Present: cuda:0.", error.Message);
    }

    [Fact]
    public void Launch_Failing_NamesKernelGridAndDevice()
    {
        var launch = _guard.Wrap(Kernel, "1024 threads", Fail);
        var error = Assert.Throws<ComputationException>(launch);
        Assert.Equal(
            "cuda:0 could not launch DeviceFailureTests.Fail over 1024 threads: too many resources requested for launch. "
            + "Update the device's driver, or use another --device.", error.Message);
        Assert.Equal(1, error.ExitCode);
    }

    [Fact]
    public void Compilation_Failing_NamesKernelAndDevice() => Assert.StartsWith(
        "cuda:0 cannot compile DeviceFailureTests.Fail: too many resources requested for launch. ",
        Assert.Throws<ComputationException>(() => _guard.Load<int>(Kernel, () => { Fail(); return 0; })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Wait_KernelFailedMeanwhile_NamesTheLastOneLaunched()
    {
        _guard.Wrap(Kernel, "96 threads", () => { })();
        var error = Assert.Throws<ComputationException>(() => _guard.Wait(Fail));
        Assert.StartsWith(
            "cuda:0 failed in one of its last kernels, at the latest in DeviceFailureTests.Fail over 96 threads: ", error.Message,
            StringComparison.Ordinal);
    }

    /// <summary>A pebibyte is 2^30 MiB.</summary>
    [Fact]
    public void Allocate_MoreThanThereIs_SaysWhatIsNeededAndFree()
    {
        var backend = TestDevices.Open("ilgpu-cpu");
        var error = Assert.Throws<ComputationException>(() => backend.Allocate(1L << 50));
        Assert.Matches(
            "^ilgpu-cpu needs 1073741824 MiB more memory and has [1-9][0-9]* MiB free. Use a smaller batch size.$", error.Message);
    }

    // ILGPU throws several kinds of exceptions where a driver returns an error.
    private static void Fail() => throw new NotSupportedException("too many resources requested for launch");

    private sealed class OneDevice : IBackendProvider
    {
        public string Name => "cuda";

        public int? AutoOrder => 0;

        public IReadOnlyList<DeviceInfo> Devices { get; } = [new("cuda:0", "NVIDIA L4", 1L << 34)];

        public Backend Open(int index) => throw new InvalidOperationException("There is none.");
    }
}
