namespace GpuQuant.Backends.Tests.Reference;

public static class ReduceRowsReference
{
    public static Approx[] Compute(float[] input, float[] before, bool accumulate)
    {
        var sums = new ApproxSum[before.Length];
        for (var i = 0; i < input.Length; i++)
            sums[i % sums.Length].Add(input[i]);
        for (var c = 0; c < sums.Length && accumulate; c++)
            sums[c].Add(before[c]);
        return [.. sums.Select(sum => sum.Total)];
    }
}
