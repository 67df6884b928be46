using ScottPlot;
using SkiaSharp;

namespace GpuQuant.Experiments;

/// <summary>A title and, below it, plots of one size in rows.</summary>
/// <param name="Title">What is shown.</param>
/// <param name="Subtitle">How to read it.</param>
/// <param name="Columns">Plots beside each other.</param>
/// <param name="PanelWidth">A plot's width in pixels.</param>
/// <param name="PanelHeight">Its height.</param>
internal sealed record PanelSheet(string Title, string Subtitle, int Columns, int PanelWidth, int PanelHeight)
{
    private const int TitleHeight = 72;
    private const string Font = "DejaVu Sans";

    /// <summary>Colours that colour-blind readers tell apart too (Okabe and Ito 2008), the darkest first.</summary>
    public static IReadOnlyList<Color> Palette { get; } =
    [
        .. new[] { "#000000", "#D55E00", "#0072B2", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7A5200" }.Select(Color.FromHex),
    ];

    /// <summary>Writes PNG and SVG.</summary>
    /// <param name="pathWithoutExtension">Where to; the extensions are added.</param>
    /// <param name="panels">Makes the plots, anew for each file.</param>
    public void Write(string pathWithoutExtension, Func<IReadOnlyList<Plot>> panels)
    {
        var rows = (panels().Count + Columns - 1) / Columns;
        PictureFile.Write(pathWithoutExtension, Columns * PanelWidth, TitleHeight + rows * PanelHeight, () => Prepare(panels()));
    }

    /// <summary>An empty plot with a heading and named axes, no grid lines across.</summary>
    public static Plot Panel(string title, string x, string y)
    {
        var plot = new Plot();
        plot.FigureBackground.Color = plot.DataBackground.Color = Colors.White;
        plot.Title(title, 13);
        plot.XLabel(x, 12);
        plot.YLabel(y, 12);
        plot.Axes.Right.FrameLineStyle.Width = plot.Axes.Top.FrameLineStyle.Width = 0;
        plot.Grid.XAxisStyle.IsVisible = false;
        return plot;
    }

    private Action<SKCanvas> Prepare(IReadOnlyList<Plot> panels)
    {
        var title = PictureSheet.Blank();
        Words(title, Title, 0.68, 18, isBold: true);
        Words(title, Subtitle, 0.24, 13, isBold: false);
        return canvas => Draw(canvas, title, panels);
    }

    private void Draw(SKCanvas canvas, Plot title, IReadOnlyList<Plot> panels)
    {
        canvas.Clear(SKColors.White);
        Render(canvas, title, new PixelRect(0, Columns * PanelWidth, TitleHeight, 0));
        foreach (var (index, panel) in panels.Index())
        {
            var (left, top) = (index % Columns * PanelWidth, TitleHeight + index / Columns * PanelHeight);
            Render(canvas, panel, new PixelRect(left, left + PanelWidth, top + PanelHeight, top));
        }
    }

    private static void Words(Plot plot, string content, double y, float size, bool isBold)
    {
        var text = plot.Add.Text(content, 0.5, y);
        (text.LabelAlignment, text.LabelFontSize) = (Alignment.MiddleCenter, size);
        (text.LabelBold, text.LabelFontColor) = (isBold, Colors.Black);
    }

    private static void Render(SKCanvas canvas, Plot plot, PixelRect place)
    {
        plot.RenderManager.ClearCanvasBeforeEachRender = false;
        plot.Font.Set(Font);
        foreach (var text in plot.GetPlottables<ScottPlot.Plottables.Text>())
            text.LabelFontName = Font;
        plot.RenderManager.Render(canvas, place);
    }
}
