using System.Globalization;
using ScottPlot;
using SkiaSharp;

namespace GpuQuant.Experiments;

/// <summary>A picture's pieces from top to bottom: title, a panel per model, the legend.</summary>
internal sealed class PictureSheet
{
    private const int TitleHeight = 70, LegendHeight = 64, LeastCell = 46;

    private readonly List<(Plot Plot, int Height)> _pieces = [];

    private PictureSheet(int width) => Width = width;

    public int Width { get; }

    public int Height => _pieces.Sum(piece => piece.Height);

    /// <summary>Lays a picture out.</summary>
    public static PictureSheet Of(IReadOnlyList<Rq1Block> blocks, PictureOptions options)
    {
        var left = 40 + (8 * blocks.Max(block => block.Quantizers.Max(name => name.Length)));
        var columns = blocks.Max(block => block.TestSets.Count + 2);
        var sheet = new PictureSheet(Math.Max(options.Width, left + HeatPanel.Right + (columns * LeastCell)));
        sheet._pieces.Add((Title(blocks), TitleHeight));
        foreach (var (index, block) in blocks.Index())
        {
            var labelled = index == blocks.Count - 1 || !block.TestSets.SequenceEqual(blocks[index + 1].TestSets);
            var panel = new HeatPanel(block, left, labelled);
            sheet._pieces.Add((panel.Plot, panel.Height));
        }
        sheet._pieces.Add((HeatLegend.Plot(left), LegendHeight));
        foreach (var (plot, _) in sheet._pieces)
            Prepare(plot, options.Font);
        return sheet;
    }

    /// <summary>Draws all pieces.</summary>
    public void Draw(SKCanvas canvas)
    {
        canvas.Clear(SKColors.White);
        var top = 0;
        foreach (var (plot, height) in _pieces)
        {
            plot.RenderManager.Render(canvas, new PixelRect(0, Width, top + height, top));
            top += height;
        }
    }

    private static void Prepare(Plot plot, string font)
    {
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Font.Set(font);
        foreach (var text in plot.GetPlottables<ScottPlot.Plottables.Text>())
            text.LabelFontName = font;
    }

    private static Plot Title(IReadOnlyList<Rq1Block> blocks)
    {
        var plot = Blank();
        var seeds = blocks.Select(block => block.Seeds.Count).Distinct().Order().ToArray();
        var count = string.Join(" or ", seeds.Select(n => n.ToString(CultureInfo.InvariantCulture)));
        var detail = seeds[^1] == 1 ? "one seed per model" : $"mean \u00b1 standard deviation over {count} seeds";
        Text(plot, "Inputs that a quantized model classifies unlike its float32 model, in %", 0.72, 18, bold: true);
        Text(plot, $"{detail}; -: not evaluated", 0.28, 13, bold: false);
        return plot;
    }

    private static void Text(Plot plot, string content, double y, float size, bool bold)
    {
        var text = plot.Add.Text(content, 0.5, y);
        (text.LabelAlignment, text.LabelFontSize, text.LabelBold, text.LabelFontColor) = (Alignment.MiddleCenter, size, bold, Colors.Black);
    }

    /// <summary>A plot of nothing but what is added, from (0, 0) to (1, 1).</summary>
    public static Plot Blank()
    {
        var plot = new Plot();
        plot.HideGrid();
        plot.Layout.Frameless();
        plot.Axes.SetLimits(0, 1, 0, 1);
        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.White;
        return plot;
    }
}
