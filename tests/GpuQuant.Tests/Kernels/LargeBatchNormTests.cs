using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Formulas;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Kernels;

/// <summary>
/// Batch norm of tensors above 16 MiB, whose results are stored past the caches where rows allow aligned stores: the values are the
/// formula's bits, also for channels that never allow it.
/// </summary>
public class LargeBatchNormTests
{
    [Theory]
    [InlineData(43700, 96)]
    [InlineData(4100, 1030)]
    [InlineData(300007, 14)]
    [InlineData(4200001, 1)]
    public void Inference_AboveTheCaches_GivesTheFormulasBits(int rows, int channels)
    {
        using var backend = new CpuBackend(2);
        var input = TensorView.Allocate(backend, "input", DType.Float32, new Shape(rows, channels));
        var output = TensorView.Allocate(backend, "output", DType.Float32, new Shape(rows, channels));
        var x = Draw.Normals(1, rows * channels);
        backend.Upload(MemoryMarshal.AsBytes<float>(x), input);
        var vectors = Enumerable.Range(0, 4).Select(i => Draw.Normals((ulong)(2 + i), channels, 0.1, 1)).ToArray();
        var views = vectors.Select((values, i) => Vector(backend, $"v{i}", values)).ToArray();
        var call = new BatchNormInferenceCall(input, views[0], views[1], views[2], views[3], output, 1e-3f, Activation.Relu);
        var bytes = backend.WorkspaceBytes(call);
        call = call with { Workspace = TensorView.Allocate(backend, "workspace", DType.UInt8, new Shape((int)bytes)) };
        call.Prepare(backend.Primitives)();
        var actual = new float[x.Length];
        backend.Download(output, MemoryMarshal.AsBytes(actual.AsSpan()));
        var scale = new float[channels];
        var shift = new float[channels];
        for (var c = 0; c < channels; c++)
        {
            scale[c] = BatchNormFormula.Scale(vectors[0][c], BatchNormFormula.Inverse(vectors[3][c], 1e-3f));
            shift[c] = BatchNormFormula.Shift(vectors[1][c], vectors[2][c], scale[c]);
        }
        for (var i = 0; i < x.Length; i++)
        {
            var expected = Math.Max(0, BatchNormFormula.Normalize(x[i], scale[i % channels], shift[i % channels]));
            if (expected != actual[i])
                Assert.Fail($"element {i}: {actual[i]}, expected {expected}");
        }
    }

    private static TensorView Vector(CpuBackend backend, string name, float[] values)
    {
        var view = TensorView.Allocate(backend, name, DType.Float32, new Shape(values.Length));
        backend.Upload(MemoryMarshal.AsBytes<float>(values), view);
        return view;
    }
}
