using System.Runtime.InteropServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Zeroed host memory, aligned to 64 bytes: a cache line and a 512-bit register. Beyond its end lie two registers' worth of bytes that
/// belong to it, so that kernels may load whole vectors at a tensor's end; what they load there is never used.
/// </summary>
internal sealed unsafe partial class CpuMemory : DeviceMemory
{
    private const int Slack = 128, HugePage = 2 << 20, UseHugePages = 14;

    public CpuMemory(long bytes) : base(bytes)
    {
        var isLarge = bytes >= 2 * HugePage;
        Pointer = (byte*)NativeMemory.AlignedAlloc((nuint)(bytes + Slack), isLarge ? (nuint)HugePage : 64);
        // Rows of a large matrix lie on pages of their own: with small pages their addresses take longer to look up than to use. Linux
        // gives large ones to those who ask; where it does not, nothing changes.
        if (isLarge && OperatingSystem.IsLinux())
            _ = Advise(Pointer, (nuint)bytes, UseHugePages);
        NativeMemory.Clear(Pointer, (nuint)(bytes + Slack));
    }

    ~CpuMemory() => Dispose(false);

    public byte* Pointer { get; private set; }

    /// <summary>The address of a placed tensor.</summary>
    public static T* Address<T>(TensorView view) where T : unmanaged =>
        (T*)(((CpuMemory)view.Storage.Memory).Pointer + view.Storage.Offset + view.ByteOffset);

    /// <summary>The address of an optional tensor, or null.</summary>
    public static T* AddressOrNull<T>(TensorView? view) where T : unmanaged => view is null ? null : Address<T>(view);

    protected override void Dispose(bool disposing)
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
