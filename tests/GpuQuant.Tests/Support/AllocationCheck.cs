namespace GpuQuant.Tests.Support;

/// <summary>Measures what an action allocates on the managed heap.</summary>
internal static class AllocationCheck
{
    /// <summary>
    /// Fails if every one of several runs allocates: on this thread exactly, on all threads by the process's count (the runtime's own
    /// threads may allocate now and then, an action that allocates does so each time).
    /// </summary>
    public static void AllocatesNothing(Action action)
    {
        action();
        action();
        var (onThread, inProcess) = (long.MaxValue, long.MaxValue);
        for (var run = 0; run < 10 && (onThread > 0 || inProcess > 0); run++)
        {
            var (thread, process) = (GC.GetAllocatedBytesForCurrentThread(), GC.GetTotalAllocatedBytes(true));
            action();
            onThread = Math.Min(onThread, GC.GetAllocatedBytesForCurrentThread() - thread);
            inProcess = Math.Min(inProcess, GC.GetTotalAllocatedBytes(true) - process);
        }
        Assert.Equal((0, 0), (onThread, inProcess));
    }
}
