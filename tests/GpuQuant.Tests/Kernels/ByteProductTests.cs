using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Kernels;

/// <summary>
/// The layout in bytes that AVX-VNNI needs (offset inputs, corrected sums), on processors without it: with a plain model of the
/// instruction in the inner loop it gives the bits of the layout in words.
/// </summary>
public unsafe class ByteProductTests
{
    private static readonly (int Images, int In, int Out, Window2D Window)[] Convolutions =
    [
        (2, 1, 6, Window2D.Same(14, 14, 5, 1)), (1, 3, 17, Window2D.Same(9, 7, 3, 2)), (3, 16, 16, Window2D.Same(8, 8, 3, 1)),
        (2, 96, 20, Window2D.Same(6, 5, 5, 1)), (1, 33, 40, Window2D.Valid(7, 9, 1, 1)), (2, 2, 3, Window2D.Same(2, 2, 5, 1)),
    ];

    private static readonly bool[] Both = [false, true];

    public static TheoryData<int, bool, bool> Cases =>
        [.. from i in Enumerable.Range(0, Convolutions.Length) from rows in Both from bytes in Both select (i, rows, bytes)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Convolution_InBytes_GivesTheBitsOfWords(int index, bool rowZeroPoints, bool toBytes)
    {
        var (images, channels, outputs, window) = Convolutions[index];
        using var backend = new CpuBackend(1);
        var call = new IntConv2DCall(
            Bytes(backend, images, window.Height, window.Width, channels),
            Bytes(backend, outputs, window.KernelHeight, window.KernelWidth, channels), Ints(backend, outputs, i => 1000 * i - 7000),
            TensorView.Allocate(backend, "output", toBytes ? DType.Int8 : DType.Int32,
                new Shape(images, window.OutHeight, window.OutWidth, outputs)),
            window, -7, rowZeroPoints ? Ints(backend, images, i => 127 - 90 * i) : null, toBytes ? Factors(backend, outputs) : null);
        var expected = Run<PortableIntKernels>(backend, new(images, channels, outputs, window, 2), new(call), call.Output);
        Assert.Equal(expected, Run<ByteModel>(backend, new(images, channels, outputs, window, 1), new(call), call.Output));
        if (AvxVnni.IsSupported)
            Assert.Equal(expected, Run<VnniIntKernels>(backend, new(images, channels, outputs, window, 1), new(call), call.Output));
    }

    [Theory]
    [InlineData(1, 5, 3, false)]
    [InlineData(70, 131, 35, true)]
    [InlineData(9, 67, 6, true)]
    public void Product_InBytes_GivesTheBitsOfWords(int m, int k, int n, bool rowZeroPoints)
    {
        using var backend = new CpuBackend(1);
        var call = new IntGemmCall(Bytes(backend, m, k), Bytes(backend, n, k), null, TensorView.Allocate(backend, "output", DType.Int32,
            new Shape(m, n)), 5, rowZeroPoints ? Ints(backend, m, i => i - 30) : null);
        var expected = Run<PortableIntKernels>(backend, IntShape.OfGemm(m, k, n, 2), new(call), call.Output);
        Assert.Equal(expected, Run<ByteModel>(backend, IntShape.OfGemm(m, k, n, 1), new(call), call.Output));
        if (AvxVnni.IsSupported)
            Assert.Equal(expected, Run<VnniIntKernels>(backend, IntShape.OfGemm(m, k, n, 1), new(call), call.Output));
    }

    [Theory]
    [InlineData(1, 3, 5)]
    [InlineData(9, 6, 50)]
    [InlineData(14, 4, 33)]
    public void Sequence_InBytes_GivesTheBitsOfWords(int batch, int steps, int units)
    {
        using var backend = new CpuBackend(1);
        var output = TensorView.Allocate(backend, "output", DType.Int8, new Shape(batch, units));
        var call = new IntGruCall(Ints(backend, batch * steps * 3 * units, i => i * 7919 % 600_000 - 300_000).Reshape(new Shape(batch, steps, 3 * units)),
            Bytes(backend, 3 * units, units), Ints(backend, 3 * units, i => 100 * i - 999), Ints(backend, 6, i => (1 << 30) + 9_999_999 * i),
            Ints(backend, 6, i => -2 - i), output, new IntStateFactors(1_500_000_000, -7, 21));
        var expected = Walk<PortableIntKernels>(backend, call);
        Assert.Equal(expected, Walk<ByteModel>(backend, call));
        if (AvxVnni.IsSupported)
            Assert.Equal(expected, Walk<VnniIntKernels>(backend, call));
    }

    private static byte[] Walk<TProducts>(CpuBackend backend, IntGruCall call) where TProducts : struct, IIntProducts
    {
        using var pool = new WorkerPool(2);
        var sizes = new IntSequenceSizes(call, TProducts.ElementBytes);
        call = call with { Workspace = TensorView.Allocate(backend, "workspace", DType.UInt8, new Shape((int)sizes.WorkspaceBytes(2))) };
        new Span<byte>(CpuMemory.Address<byte>(call.Workspace), (int)call.Workspace.Bytes).Fill(0xCC);
        new IntSequence<TProducts>(call, new IntGruCells(call, usesVectors: false), pool).Prepare()();
        var bytes = new byte[call.Output.Bytes];
        backend.Download(call.Output, bytes);
        Assert.InRange(bytes.Distinct().Count(), Math.Min(bytes.Length, 50) / 2, bytes.Length);
        return bytes;
    }

    private static byte[] Run<TKernels>(CpuBackend backend, IntShape shape, IntProductCall call, TensorView output)
        where TKernels : struct, IIntKernels
    {
        using var pool = new WorkerPool(2);
        var workspace = TensorView.Allocate(backend, "workspace", DType.UInt8, new Shape((int)(shape.PackedBytes + shape.WorkspaceBytes(2))));
        new Span<byte>(CpuMemory.Address<byte>(workspace), (int)workspace.Bytes).Fill(0xCC);
        backend.Upload(new byte[output.Bytes], output);
        var packed = CpuMemory.Address<byte>(workspace);
        var (pack, multiply) = new IntProduct<TKernels>(shape, call, packed, packed + shape.PackedBytes).Prepare(pool);
        pack();
        multiply();
        var bytes = new byte[output.Bytes];
        backend.Download(output, bytes);
        Assert.Contains(bytes, b => b != 0);
        return bytes;
    }

    private static Requantization Factors(CpuBackend backend, int channels) => new(
        Ints(backend, channels, i => (1 << 30) + 77_777_777 * (i % 13)), Ints(backend, channels, i => -8 - i % 4), -3, -128, 127);

    private static TensorView Bytes(CpuBackend backend, params ReadOnlySpan<int> dims)
    {
        var view = TensorView.Allocate(backend, "bytes", DType.Int8, new Shape(dims));
        backend.Upload(Draw.Bytes((ulong)view.Count, view.Count), view);
        return view;
    }

    private static TensorView Ints(CpuBackend backend, int count, Func<int, int> value)
    {
        var view = TensorView.Allocate(backend, "ints", DType.Int32, new Shape(count));
        backend.Upload(MemoryMarshal.AsBytes<int>([.. Enumerable.Range(0, count).Select(value)]), view);
        return view;
    }

    /// <summary>What vpdpbusd does, one number after the other: unsigned times signed bytes, four of them added to 32 bits.</summary>
    private readonly struct ByteModel : IIntKernels
    {
        public static int ElementBytes => 1;

        public static void Multiply(byte* strip, int* offsets, byte* panel, in IntRuns runs, int* start, int startStride, int* sums)
        {
            for (var i = 0; i < IntTile.Rows * IntTile.Lanes; i++)
            {
                var (row, lane) = Math.DivRem(i, IntTile.Lanes);
                var sum = start[row * startStride + lane];
                for (var k = 0; k < runs.Count * runs.Bytes; k++)
                {
                    var x = strip[offsets[row] + k / runs.Bytes * runs.LineBytes + k % runs.Bytes];
                    sum += x * (sbyte)panel[k / 4 * 64 + lane * 4 + k % 4];
                }
                sums[i] = sum;
            }
        }

        public static void Requantize(int* sums, in IntLanes lanes, in IntClamp clamp, byte* target, long stride, int rows, int count) =>
            PortableIntKernels.Requantize(sums, lanes, clamp, target, stride, rows, count);
    }
}
