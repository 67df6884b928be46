using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// The disagreements of the first question as heat maps, a panel per model: test sets across, quantizers down, each cell with its
/// number (the mean over the seeds and their standard deviation) and a colour of a logarithmic scale.
/// </summary>
/// <example><c>Rq1Picture.Write(rq1, "pictures/rq1")</c> writes <c>rq1.png</c> and <c>rq1.svg</c>.</example>
public static class Rq1Picture
{
    /// <summary>Writes the picture twice, as PNG and as SVG.</summary>
    /// <param name="rq1">The summaries.</param>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <param name="options">Width and font; the defaults where null.</param>
    /// <exception cref="UsageException">There is no quantized model in the rows, or the width is too small.</exception>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public static void Write(Rq1 rq1, string pathWithoutExtension, PictureOptions? options = null)
    {
        options ??= new PictureOptions();
        var blocks = Rq1Block.Of(rq1).Where(block => block.Quantizers.Count > 0).ToArray();
        if (blocks.Length == 0)
            throw new UsageException("There is nothing to draw: the rows hold no quantized model.");
        if (options.Width < PictureOptions.LeastWidth)
            throw new UsageException(
                $"A picture of {options.Width} pixels is too narrow to read; give at least {PictureOptions.LeastWidth}.");
        var size = PictureSheet.Of(blocks, options);
        PictureFile.Write(pathWithoutExtension, size.Width, size.Height, () => PictureSheet.Of(blocks, options).Draw);
    }
}
