namespace GpuQuant.Backends.Tests.Harness;

/// <summary>The tests of one primitive. <see cref="CoverageTests"/> asks for a class of this kind for every call type.</summary>
public abstract class ConformanceTests<TCall> where TCall : KernelCall
{
    /// <summary>
    /// Runs the call with aligned and with merely element-aligned tensors, twice each: the second run must give the same bits and
    /// allocate nothing.
    /// </summary>
    /// <param name="bench">The device and all tensors of the call.</param>
    /// <param name="call">The call, without workspace.</param>
    /// <param name="verify">Compares the outputs with the reference.</param>
    protected static void Run(Bench bench, TCall call, Action verify)
    {
        var complete = WithWorkspace(bench, call);
        foreach (var aligned in new[] { true, false })
        {
            foreach (var tensor in bench.Tensors)
                tensor.Place(aligned);
            var action = complete.Prepare(bench.Backend.Primitives);
            RunOnce(bench, action);
            verify();
            var first = bench.Tensors.Select(tensor => tensor.Bytes).ToArray();
            var allocations = bench.Backend.AllocationCount;
            RunOnce(bench, action);
            Assert.Equal(allocations, bench.Backend.AllocationCount);
            Assert.Equal(first, bench.Tensors.Select(tensor => tensor.Bytes));
            CheckHostAllocations(bench, action);
        }
    }

    private static KernelCall WithWorkspace(Bench bench, TCall call)
    {
        var bytes = bench.Backend.WorkspaceBytes(call);
        return bytes == 0 ? call : call with { Workspace = bench.MakeWorkspace(bytes) };
    }

    private static void RunOnce(Bench bench, Action action)
    {
        foreach (var tensor in bench.Tensors)
            tensor.Reset();
        bench.Workspace?.Reset();
        action();
        foreach (var tensor in bench.Tensors)
            tensor.Fetch();
        bench.Workspace?.Fetch();
    }

    // Other threads of the test runner may allocate at the same time: a call that allocates does so in every one of the runs.
    private static void CheckHostAllocations(Bench bench, Action action)
    {
        if (bench.Backend.Device.Name != "cpu")
            return;
        var least = long.MaxValue;
        for (var run = 0; run < 10 && least > 0; run++)
        {
            var before = GC.GetTotalAllocatedBytes(true);
            action();
            least = Math.Min(least, GC.GetTotalAllocatedBytes(true) - before);
        }
        Assert.True(least == 0, $"A run allocates {least} bytes on the host.");
    }
}
