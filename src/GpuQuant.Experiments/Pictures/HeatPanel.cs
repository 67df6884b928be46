using System.Globalization;
using ScottPlot;

namespace GpuQuant.Experiments;

/// <summary>The heat map of one model.</summary>
internal sealed class HeatPanel
{
    /// <summary>The space right of the cells.</summary>
    public const int Right = 20;

    private const int Top = 34, Labels = 118, NoLabels = 12, RowHeight = 30, TallRowHeight = 42;

    // The mean stands half a cell apart from the test sets.
    private const double MeanGap = 0.4;

    // A panel of two or three test sets keeps cells of a readable shape and leaves the rest free.
    private const double LeastColumns = 12;

    private readonly Rq1Block _block;

    /// <summary>Draws a panel.</summary>
    /// <param name="block">The model.</param>
    /// <param name="left">The space for the quantizers' names, in pixels.</param>
    /// <param name="labelled">Whether the test sets' names stand below.</param>
    public HeatPanel(Rq1Block block, int left, bool labelled)
    {
        _block = block;
        var bottom = labelled ? Labels : NoLabels;
        Height = Top + bottom + (block.Quantizers.Count * (Deviations ? TallRowHeight : RowHeight));
        Plot.HideGrid();
        Plot.Layout.Fixed(new PixelPadding(left, Right, bottom, Top));
        Plot.FigureBackground.Color = Plot.DataBackground.Color = Colors.White;
        Plot.Title(block.Model, 14);
        foreach (var (column, line) in block.AllLines.Index())
            DrawColumn(X(column, line), line);
        DrawAxes(labelled);
    }

    public Plot Plot { get; } = new();

    public int Height { get; }

    private bool Deviations => _block.Seeds.Count > 1;

    /// <summary>Draws a filled cell one wide with lines of centred text.</summary>
    public static void Cell(Plot plot, double x, double bottom, double top, Color ground, (string Text, double Y, float Size)[] lines)
    {
        var cell = plot.Add.Rectangle(x - 0.5, x + 0.5, bottom, top);
        (cell.FillColor, cell.LineColor, cell.LineWidth) = (ground, Colors.Gray.WithAlpha(0.5), 1);
        foreach (var (content, y, size) in lines)
        {
            var text = plot.Add.Text(content, x, y);
            (text.LabelAlignment, text.LabelFontSize, text.LabelFontColor) = (Alignment.MiddleCenter, size, HeatScale.InkOn(ground));
        }
    }

    private static double X(int column, Rq1Line line) => line.TestSet is null ? column + MeanGap : column;

    private void DrawColumn(double x, Rq1Line line)
    {
        foreach (var (row, cell) in line.Cells.Index())
        {
            var y = _block.Quantizers.Count - 1 - row;
            var ground = cell is null ? HeatScale.Missing : HeatScale.Of(cell.Disagreement.Mean);
            Cell(Plot, x, y - 0.5, y + 0.5, ground, cell is null ? [(CellText.Missing, y, 12)] : Lines(cell, y));
        }
    }

    private static (string Text, double Y, float Size)[] Lines(Rq1Cell cell, double y)
    {
        var mean = CellText.Percent(cell.Disagreement.Mean) + (cell.Partial ? "*" : "");
        return cell.Disagreement.StandardDeviation is { } deviation
            ? [(mean, y + 0.16, 12), (string.Create(CultureInfo.InvariantCulture, $"\u00b1{deviation:0.00}"), y - 0.22, 10)]
            : [(mean, y, 12)];
    }

    private void DrawAxes(bool labelled)
    {
        var lines = _block.AllLines.ToArray();
        var axes = Plot.Axes;
        axes.SetLimits(-0.5, Math.Max(LeastColumns, X(lines.Length - 1, lines[^1]) + 0.5), -0.5, _block.Quantizers.Count - 0.5);
        axes.Left.SetTicks([.. Enumerable.Range(0, _block.Quantizers.Count).Select(i => (double)i)], [.. _block.Quantizers.Reverse()]);
        axes.Left.TickLabelStyle.FontSize = 12;
        axes.Bottom.SetTicks(
            [.. lines.Select((line, column) => X(column, line))], [.. lines.Select(line => labelled ? line.Title.Replace('_', ' ') : "")]);
        (axes.Bottom.TickLabelStyle.Rotation, axes.Bottom.TickLabelStyle.Alignment) = (-40, Alignment.MiddleRight);
        axes.Bottom.TickLabelStyle.FontSize = 12;
        Plot.YLabel("quantizer", 12);
        if (labelled)
        {
            Plot.XLabel("test set", 12);
            // The library leaves no room for slanted tick labels of a fixed layout.
            axes.Bottom.Label.OffsetY = Labels - 54;
        }
        foreach (var axis in new IAxis[] { axes.Left, axes.Bottom, axes.Right, axes.Top }.OfType<ScottPlot.AxisPanels.AxisBase>())
        {
            axis.FrameLineStyle.Width = 0;
            (axis.MajorTickStyle.Color, axis.MajorTickStyle.Length) = (Colors.Transparent, axis == axes.Bottom ? 7 : 3);
        }
    }
}
