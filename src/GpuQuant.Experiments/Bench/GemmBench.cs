using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>Measures matrix products.</summary>
internal static class GemmBench
{
    public static GemmRow Measure(Backend backend, int size, bool isQuick)
    {
        var shape = new Shape(size, size);
        var views = "abc".Select(name => TensorView.Allocate(backend, name.ToString(), DType.Float32, shape)).ToArray();
        try
        {
            BenchInputs.FillUniform(backend, views[0], 1);
            BenchInputs.FillUniform(backend, views[1], 2);
            var product = views[2];
            var run = backend.Prepare(new GemmCall(views[0], views[1], null, product), out var workspace);
            try
            {
                return new(size, Timing.MedianSeconds(backend, run, isQuick ? 3 : 9, isQuick ? 0.02 : 0.2));
            }
            finally
            {
                if (workspace is not null)
                    backend.Free(workspace);
            }
        }
        finally
        {
            foreach (var view in views)
                backend.Free(view.Storage.Memory);
        }
    }

    /// <summary>Binds one call outside any program, with the scratch memory that it needs.</summary>
    private static Action Prepare(this Backend backend, KernelCall call, out DeviceMemory? workspace)
    {
        workspace = null;
        var bytes = backend.WorkspaceBytes(call);
        if (bytes > 0)
        {
            var view = TensorView.Allocate(backend, "workspace", DType.UInt8, new Shape(checked((int)bytes)));
            (workspace, call) = (view.Storage.Memory, call with { Workspace = view });
        }
        return call.Prepare(backend.Primitives);
    }
}
