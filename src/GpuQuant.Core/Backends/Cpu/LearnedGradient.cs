using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// The gradients of learned quantization, block by block: each block of a row sums in float32 on 16 lanes, and the blocks are added in
/// order in double, so that threads do not matter.
/// </summary>
internal readonly unsafe struct LearnedGradient(
    float* x, float* dy, float* dx, float* scales, int* zeroPoints, int length, int minimum, int maximum, bool isEndLearned)
{
    private const int BlockLength = 4096, Width = 16;

    /// <summary>Blocks of a row.</summary>
    public static int Blocks(int length) => (length + BlockLength - 1) / BlockLength;

    /// <summary>Room for two sums per block.</summary>
    public static long WorkspaceBytes(int rows, int count) => 2 * sizeof(double) * (long)rows * Blocks(count / rows);

    /// <summary>Writes the input's gradient of a block, and its share of the step's and the offset's.</summary>
    public void Block(int block, double* sums)
    {
        var (row, within) = Math.DivRem(block, Blocks(length));
        var i = row * length + within * BlockLength;
        var end = Math.Min((row + 1) * length, i + BlockLength);
        var (scale, zeroPoint) = (scales[row], zeroPoints[row]);
        var (steps, offsets) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (; i + Width <= end; i += Width)
            Vector(i, Vector512.Create(scale), Vector512.Create((float)zeroPoint), ref steps, ref offsets);
        var (step, offset) = (0.0, 0.0);
        for (var lane = 0; lane < Width; lane++)
            (step, offset) = (step + steps[lane], offset + offsets[lane]);
        for (; i < end; i++)
            Single(i, scale, zeroPoint, ref step, ref offset);
        (sums[0], sums[1]) = (step, offset);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Vector(
        int i, Vector512<float> scale, Vector512<float> zeroPoint, ref Vector512<float> steps, ref Vector512<float> offsets)
    {
        var (u, g) = (Vector512.Load(x + i) / scale, Vector512.Load(dy + i));
        var (least, greatest) = (Vector512.Create((float)minimum), Vector512.Create((float)maximum));
        var isBelow = Vector512.LessThanOrEqual(u + zeroPoint, least);
        var isAbove = Vector512.AndNot(Vector512.GreaterThanOrEqual(u + zeroPoint, greatest), isBelow);
        var isOutside = isBelow | isAbove;
        var ends = Vector512.ConditionalSelect(isBelow, least, greatest);
        var slope = Vector512.ConditionalSelect(isOutside, ends, QuantizeVector.RoundHalfAway(u) - u);
        steps += isEndLearned ? isAbove & g : slope * g;
        offsets += isOutside & g;
        if (dx != null)
            Vector512.AndNot(g, isOutside).Store(dx + i);
    }

    private void Single(int i, float scale, int zeroPoint, ref double step, ref double offset)
    {
        var side = LearnedStepFormula.Side(x[i], scale, zeroPoint, minimum, maximum);
        var g = dy[i];
        step += isEndLearned ? side > 0 ? g : 0 : LearnedStepFormula.StepGradient(x[i], g, scale, side, minimum, maximum);
        offset += side == 0 ? 0 : g;
        if (dx != null)
            dx[i] = side == 0 ? g : 0;
    }
}
