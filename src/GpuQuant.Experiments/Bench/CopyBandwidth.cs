using System.Diagnostics;
using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>How fast bytes are copied between two places of one size.</summary>
/// <param name="Bytes">Both places together: what the copy touches.</param>
/// <param name="GigabytesPerSecond">Bytes read plus bytes written, 10^9 per second, the best of some samples.</param>
public sealed record CopyBandwidth(long Bytes, double GigabytesPerSecond)
{
    private const long KiB = 1 << 10, MiB = 1 << 20;
    private static readonly long[] Sizes = [256 * KiB, MiB, 4 * MiB, 16 * MiB, 64 * MiB, 512 * MiB];
    private static readonly long[] QuickSizes = [256 * KiB, 4 * MiB, 64 * MiB];

    /// <summary>The size as text: <c>256 KiB</c>, <c>4 MiB</c>.</summary>
    public string Size => Bytes < MiB ? $"{Bytes / KiB} KiB" : $"{Bytes / MiB} MiB";

    /// <summary>The processor's, from its nearest cache to its memory; the threads share the bytes.</summary>
    internal static CopyBandwidth[] OfProcessor(int threads, bool isQuick) =>
        [.. (isQuick ? QuickSizes : Sizes).Select(size => OfThreads(threads, size / (2 * threads) / 64 * 64, isQuick ? 3 : 7))];

    /// <summary>Another device's, by its own copy.</summary>
    internal static CopyBandwidth[] OfDevice(Backend backend, bool isQuick) =>
        [.. (isQuick ? QuickSizes : Sizes).Select(size => OfBackend(backend, size, isQuick ? 3 : 7))];

    private static unsafe CopyBandwidth OfThreads(int threads, long bytes, int samples)
    {
        var places = new nint[2 * threads];
        try
        {
            for (var i = 0; i < places.Length; i++)
                places[i] = (nint)NativeMemory.AlignedAlloc((nuint)bytes, 64);
            var repeats = (int)Math.Max(1, 64 * MiB / bytes);
            // The first round gives the pages their memory and is not counted.
            var seconds = Enumerable.Range(0, samples + 1).Select(_ => ThreadTeam.Seconds(threads, Copy)).Skip(1).Min();
            return new(2 * bytes * threads, 2.0 * bytes * threads * repeats / seconds / 1e9);

            void Copy(int thread)
            {
                for (var i = 0; i < repeats; i++)
                    Buffer.MemoryCopy((void*)places[2 * thread], (void*)places[2 * thread + 1], bytes, bytes);
            }
        }
        finally
        {
            foreach (var place in places)
                NativeMemory.AlignedFree((void*)place);
        }
    }

    private static CopyBandwidth OfBackend(Backend backend, long bytes, int samples)
    {
        var shape = new Shape((int)(bytes / 2));
        var source = TensorView.Allocate(backend, "source", DType.UInt8, shape);
        var destination = TensorView.Allocate(backend, "destination", DType.UInt8, shape);
        try
        {
            var copy = new CopyCall(source, destination).Prepare(backend.Primitives);
            var seconds = Enumerable.Range(0, samples + 1).Select(_ =>
            {
                var start = Stopwatch.GetTimestamp();
                copy();
                backend.Synchronize();
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            }).Skip(1).Min();
            return new(bytes, bytes / seconds / 1e9);
        }
        finally
        {
            backend.Free(source.Storage.Memory);
            backend.Free(destination.Storage.Memory);
        }
    }
}
