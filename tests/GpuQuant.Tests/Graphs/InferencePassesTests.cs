using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Graphs;

/// <summary>Inference over a large batch runs in parts that fit the cache: the same bits, whatever the parts.</summary>
[Collection(AloneCollection.Name)]
public class InferencePassesTests
{
    private static readonly Model Net = TestModels.Random(new Resnet20().Build(new Shape(16, 16, 3), 10), 1, 0.2);

    [Theory]
    [InlineData(24, 1, 0, 24)]
    [InlineData(24, 1, 1 << 30, 24)]
    [InlineData(24, 1, 1, 2)]
    [InlineData(24, 3, 1, 6)]
    [InlineData(24, 5, 1, 12)]
    [InlineData(23, 2, 1, 23)]
    [InlineData(3, 2, 1, 3)]
    public void Run_InParts_GivesTheBitsOfTheWhole(int batch, int workers, long cache, int part)
    {
        var input = Draw.Normals(2, batch * 768);
        using var plain = new CachedBackend(1, 0);
        using var cached = new CachedBackend(workers, cache);
        using var parameters = new DeviceParameters(cached, Net);
        using var program = GraphProgram.ForInference(Net.Graph, parameters, cached, batch);
        Assert.Equal(part, program.Calls[0].Call.Writes.First().Shape[0]);
        Assert.Equal((batch, batch, batch), (program.Batch, program.Input.Shape[0], program.Output.Shape[0]));
        var expected = TestModels.Infer<float>(plain, Net, input, batch);
        Assert.Equal(expected, TestModels.RunOnce<float>(cached, program, input));
        Assert.Equal(expected, TestModels.RunOnce<float>(cached, program, input));
        AllocationCheck.AllocatesNothing(program.Run);
    }

    [Fact]
    public void Part_IsTheGreatestThatFits()
    {
        var wholes = Enumerable.Range(2, 5).Where(half => 12 % half == 0).ToDictionary(half => 2 * half, half =>
        {
            using var plain = new CachedBackend(2, 0);
            using var parameters = new DeviceParameters(plain, Net);
            using var program = GraphProgram.ForInference(Net.Graph, parameters, plain, 2 * half);
            return program.ArenaBytes;
        });
        foreach (var (part, bytes) in wholes)
        {
            using var cached = new CachedBackend(2, bytes);
            using var parameters = new DeviceParameters(cached, Net);
            using var program = GraphProgram.ForInference(Net.Graph, parameters, cached, 24);
            Assert.Equal(part, program.Calls[0].Call.Writes.First().Shape[0]);
            Assert.InRange(program.ArenaBytes, bytes + program.Input.Bytes + program.Output.Bytes,
                bytes + program.Input.Bytes + program.Output.Bytes + 256);
        }
    }

    [Fact]
    public void Run_OfLayersWithoutCalls_StillGivesTheInput()
    {
        var flatten = TestModels.Build(new Shape(2, 3, 1), (b, x) => b.Flatten(x));
        var input = Draw.Normals(3, 8 * 6);
        using var cached = new CachedBackend(1, 1);
        using var parameters = new DeviceParameters(cached, TestModels.Random(flatten, 1));
        using var program = GraphProgram.ForInference(flatten, parameters, cached, 8);
        Assert.Equal(new Shape(8, 6), program.Output.Shape);
        Assert.Equal(input, TestModels.RunOnce<float>(cached, program, input));
    }

    private sealed class CachedBackend(int workers, long cache) : Backend
    {
        private readonly CpuBackend _inner = new(workers);

        public override DeviceInfo Device => _inner.Device;

        public override IPrimitives Primitives => _inner.Primitives;

        public override long CacheBytes => cache;

        public override int Workers => workers;

        public override void Upload(ReadOnlySpan<byte> source, TensorView destination) => _inner.Upload(source, destination);

        public override void Download(TensorView source, Span<byte> destination) => _inner.Download(source, destination);

        public override void Synchronize() => _inner.Synchronize();

        public override long WorkspaceBytes(KernelCall call) => _inner.WorkspaceBytes(call);

        protected override DeviceMemory AllocateMemory(long bytes) => _inner.Allocate(bytes);

        protected override void Dispose(bool disposing) => _inner.Dispose();
    }
}
