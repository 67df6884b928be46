namespace GpuQuant.Backends.Tests.Reference;

/// <summary>Which input positions each output position of a sliding window sees.</summary>
public static class WindowSizes
{
    /// <summary>Every pair of an output and an input pixel, with the window's pixel between them, in row-major order.</summary>
    public static IEnumerable<(int Out, int In, int Tap)> Pairs(this Window2D window)
    {
        for (var o = 0; o < window.OutHeight * window.OutWidth; o++)
            for (var tap = 0; tap < window.KernelArea; tap++)
            {
                var y = o / window.OutWidth * window.StrideY - window.PadTop + tap / window.KernelWidth;
                var x = o % window.OutWidth * window.StrideX - window.PadLeft + tap % window.KernelWidth;
                if (y >= 0 && y < window.Height && x >= 0 && x < window.Width)
                    yield return (o, y * window.Width + x, tap);
            }
    }

    /// <summary>For every element of a pooled output (N x OH x OW x C), the input elements of its window in row-major order.</summary>
    public static int[][] Elements(this Window2D window, int images, int channels)
    {
        var (inPixels, outPixels) = (window.Height * window.Width, window.OutHeight * window.OutWidth);
        var inputsOf = window.Pairs().ToLookup(pair => pair.Out, pair => pair.In);
        return [.. Enumerable.Range(0, images * outPixels * channels).Select(i =>
        {
            var (image, pixel, channel) = (i / channels / outPixels, i / channels % outPixels, i % channels);
            return inputsOf[pixel].Select(x => (image * inPixels + x) * channels + channel).ToArray();
        })];
    }
}
