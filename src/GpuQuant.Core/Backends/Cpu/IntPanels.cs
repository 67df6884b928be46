using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>
/// Packs a kernel's weights into panels of <see cref="IntTile.Lanes"/> outputs, step by step in the order in which the inner loop takes
/// them, behind the numbers that belong to the panel's outputs.
/// </summary>
internal readonly unsafe struct IntPanels(IntShape shape, IntProductCall call)
{
    /// <summary>Packs one panel.</summary>
    public void Pack(int panel, byte* memory)
    {
        var lanes = new IntLanes((int*)memory);
        new Span<int>((int*)memory, IntLanes.Bytes / sizeof(int)).Clear();
        var count = Math.Min(IntTile.Lanes, shape.Columns - panel * IntTile.Lanes);
        var steps = shape.Runs.Bytes / IntTile.StepBytes;
        new Span<byte>(memory + IntLanes.Bytes, shape.Runs.Count * steps * 64).Clear();
        for (var lane = 0; lane < count; lane++)
        {
            var (group, output) = Math.DivRem(panel * IntTile.Lanes + lane, shape.Outputs);
            var target = memory + IntLanes.Bytes + lane * IntTile.StepBytes;
            var source = call.Kernel + (long)output * shape.Runs.Count * shape.RunLength;
            for (var run = 0; run < shape.Runs.Count; run++, source += shape.RunLength, target += steps * 64)
                PackRun(source, target, group * shape.GroupStep, steps);
            SetLane(lanes, lane, output, Sum(call.Kernel + (long)output * shape.Runs.Count * shape.RunLength));
        }
    }

    /// <summary>One output's run: <paramref name="shift"/> zeros, then the weights.</summary>
    private void PackRun(sbyte* source, byte* target, int shift, int steps)
    {
        var perStep = IntTile.StepBytes / shape.ElementBytes;
        var length = shape.RunLength;
        for (var step = 0; step < steps; step++, target += 64)
        {
            var first = step * perStep - shift;
            if (perStep == IntTile.StepBytes && first >= 0 && first <= length - perStep)
                *(int*)target = *(int*)(source + first);
            else if (perStep == 1)
                *(float*)target = source[first];
            else if (first >= 0 && first <= length - perStep)
            {
                ((short*)target)[0] = source[first];
                ((short*)target)[1] = source[first + 1];
            }
            else
                PackEdge(source, target, first, perStep);
        }
    }

    /// <summary>A step that lies partly outside the run.</summary>
    private void PackEdge(sbyte* source, byte* target, int first, int perStep)
    {
        for (var i = Math.Max(0, -first); i < Math.Min(perStep, shape.RunLength - first); i++)
            if (perStep == IntTile.StepBytes)
                ((sbyte*)target)[i] = source[first + i];
            else
                ((short*)target)[i] = source[first + i];
    }

    private void SetLane(in IntLanes lanes, int lane, int output, int weightSum)
    {
        lanes.WeightSums[lane] = weightSum;
        lanes.Start[lane] = call.Bias == null ? 0 : call.Bias[output];
        if (shape.ElementBytes == 1)
            lanes.Start[lane] -= (128 + (call.RowZeroPoints == null ? call.ZeroPoint : 0)) * weightSum;
        if (call.Multipliers == null)
            return;
        lanes.Multipliers[lane] = call.Multipliers[output * call.MultiplierStep];
        lanes.Left[lane] = Math.Max(0, call.Shifts[output * call.MultiplierStep]);
        lanes.Right[lane] = Math.Max(0, -call.Shifts[output * call.MultiplierStep]);
    }

    private int Sum(sbyte* weights)
    {
        var (count, i) = (shape.Runs.Count * shape.RunLength, 0);
        var sums = Vector256<int>.Zero;
        for (; i <= count - 16; i += 16)
        {
            var words = Vector256.WidenLower(Vector128.Load(weights + i).ToVector256Unsafe());
            sums += Vector256.WidenLower(words) + Vector256.WidenUpper(words);
        }
        var sum = Vector256.Sum(sums);
        for (; i < count; i++)
            sum += weights[i];
        return sum;
    }
}
