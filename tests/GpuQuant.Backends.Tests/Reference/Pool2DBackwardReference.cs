namespace GpuQuant.Backends.Tests.Reference;

public static class Pool2DBackwardReference
{
    public static Approx[] Compute(
        PoolKind kind, float[] input, float[] outputGradient, Window2D window, int images, int channels,
        Activation activation = Activation.None)
    {
        var sums = new ApproxSum[input.Length];
        var windows = window.Elements(images, channels);
        for (var y = 0; y < windows.Length; y++)
        {
            var elements = windows[y];
            if (kind == PoolKind.Max)
                sums[elements.MaxBy(x => input[x])].Add(outputGradient[y]); // MaxBy takes the first of equal ones
            else
                foreach (var x in elements)
                    sums[x].Add((Approx)outputGradient[y] / elements.Length);
        }
        return [.. sums.Select((sum, x) => ActivationBackwardReference.Gradient(activation, input[x], sum.Total))];
    }
}
