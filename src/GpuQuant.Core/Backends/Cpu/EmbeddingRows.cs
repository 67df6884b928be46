using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Numerics;

namespace GpuQuant.Backends.Cpu;

/// <summary>Rows taken from a table, and their gradients put back.</summary>
internal static unsafe class EmbeddingRows
{
    private const int Lanes = 16, Positions = 64, Words = 512;

    /// <summary>A prepared <see cref="EmbeddingCall"/>.</summary>
    public static Action Prepare(EmbeddingCall call, WorkerPool pool)
    {
        var tokens = CpuMemory.Address<int>(call.Tokens);
        var table = CpuMemory.Address<byte>(call.Table);
        var output = CpuMemory.Address<byte>(call.Output);
        var (count, words, isFloat) = (call.Tokens.Count, call.Table.Shape[0], call.Table.Type == DType.Float32);
        var bytes = call.Table.Shape[1] * call.Table.Type.Size();
        PoolJob job = (part, _) =>
        {
            for (var i = part * Positions; i < Math.Min(count, (part + 1) * Positions); i++)
            {
                var target = output + (long)i * bytes;
                if ((uint)tokens[i] < (uint)words)
                    Unsafe.CopyBlockUnaligned(target, table + (long)tokens[i] * bytes, (uint)bytes);
                else if (isFloat)
                    new Span<float>(target, bytes / sizeof(float)).Fill(float.NaN);
                else
                    new Span<byte>(target, bytes).Clear();
            }
        };
        var parts = (count + Positions - 1) / Positions;
        return () => pool.Run(parts, job);
    }

    /// <summary>A prepared <see cref="EmbeddingBackwardCall"/>: each part owns some words, and looks for them among all tokens.</summary>
    public static Action Prepare(EmbeddingBackwardCall call, WorkerPool pool)
    {
        var tokens = CpuMemory.Address<int>(call.Tokens);
        var gradients = CpuMemory.Address<float>(call.OutputGradient);
        var table = CpuMemory.Address<float>(call.TableGradient);
        var (count, words, width) = (call.Tokens.Count, call.TableGradient.Shape[0], call.TableGradient.Shape[1]);
        PoolJob job = (part, _) =>
        {
            var first = part * Words;
            var own = Math.Min(Words, words - first);
            new Span<float>(table + (long)first * width, own * width).Clear();
            for (var i = 0; i < count; i++)
                if ((uint)(tokens[i] - first) < (uint)own)
                    Add(gradients + (long)i * width, table + (long)tokens[i] * width, width);
        };
        var parts = (words + Words - 1) / Words;
        return () => pool.Run(parts, job);
    }

    private static void Add(float* row, float* sums, int width)
    {
        var i = 0;
        for (; i + Lanes <= width; i += Lanes)
            (Vector512.Load(sums + i) + Vector512.Load(row + i)).Store(sums + i);
        for (; i < width; i++)
            sums[i] += row[i];
    }
}
