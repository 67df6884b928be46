using System.Globalization;

namespace GpuQuant.Experiments;

/// <summary>
/// Shows on stderr how much of a known amount is done, as a live bar or as plain lines. It draws only when told, at most ten times a
/// second, and nothing at all for work that is never told of.
/// </summary>
/// <example>
/// <code>
/// using var display = CountDisplay.Create("mnist fog", quiet: false);
/// set.ReadAll(display.Show);
/// // mnist fog  [=======>      ]  5,120/10,000  4,200/s  0:01 left
/// </code>
/// </example>
public sealed class CountDisplay : IDisposable
{
    private const int LongestBar = 30;
    private static readonly TimeSpan BarPause = TimeSpan.FromMilliseconds(100), LinePause = TimeSpan.FromSeconds(10);

    private readonly string _title;
    private readonly ProgressLine _line;
    private readonly TimeProvider _clock;
    private readonly TimeSpan _pause;
    private readonly long _start;
    private ProgressStyle _style;
    private long _last;

    /// <summary>Shows progress on any writer.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="style">How to show it.</param>
    /// <param name="output">Where: normally <see cref="Console.Error"/>. An error while writing ends the display, not the work.</param>
    /// <param name="width">The terminal's width in columns.</param>
    /// <param name="clock">When to draw; nothing else depends on it.</param>
    public CountDisplay(string title, ProgressStyle style, TextWriter output, Func<int> width, TimeProvider clock)
    {
        (_title, _style, _clock, _line) = (title, style, clock, new ProgressLine(output, width));
        _pause = style == ProgressStyle.Bar ? BarPause : LinePause;
        _start = _last = clock.GetTimestamp();
    }

    /// <summary>Shows progress on stderr: a bar at a terminal, lines where stderr goes to a file or a pipe.</summary>
    /// <param name="title">What is done.</param>
    /// <param name="quiet">Shows nothing.</param>
    public static CountDisplay Create(string title, bool quiet) =>
        new(title, quiet ? ProgressStyle.None : Terminal.ErrorStyle, Console.Error, Terminal.Width, TimeProvider.System);

    /// <summary>Shows the state, if enough time has passed or all is done.</summary>
    /// <param name="done">The amount done.</param>
    /// <param name="total">The whole amount, at least 1.</param>
    public void Show(int done, int total)
    {
        var isWhole = done >= total;
        if (_style == ProgressStyle.None || (_clock.GetElapsedTime(_last) < _pause && !(isWhole && _style == ProgressStyle.Bar)))
            return;
        _last = _clock.GetTimestamp();
        try
        {
            if (_style == ProgressStyle.Lines)
                _line.Write($"{_title}  {Words(done, total)}");
            else
                _line.Draw(room => Bar(done, total, room), keep: isWhole);
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            _style = ProgressStyle.None;
        }
    }

    /// <summary>Leaves the cursor at the start of an empty line.</summary>
    public void Dispose()
    {
        if (_style == ProgressStyle.Bar)
            _line.End();
        _style = ProgressStyle.None;
    }

    private string Bar(int done, int total, int room)
    {
        const int Frame = 6;
        var words = Words(done, total);
        var cells = Math.Min(LongestBar, room - _title.Length - words.Length - Frame);
        if (cells < 1)
            return $"{_title}  {words}";
        var filled = (int)((long)cells * done / total);
        var bar = filled == cells ? new string('=', cells) : (new string('=', filled) + '>').PadRight(cells);
        return $"{_title}  [{bar}]  {words}";
    }

    private string Words(int done, int total)
    {
        var seconds = _clock.GetElapsedTime(_start).TotalSeconds;
        var amounts = string.Create(CultureInfo.InvariantCulture, $"{done:#,0}/{total:#,0}");
        if (seconds <= 0 || done == 0)
            return amounts;
        var time = TimeSpan.FromSeconds(done < total ? seconds / done * (total - done) : seconds);
        return string.Create(CultureInfo.InvariantCulture,
            $"{amounts}  {done / seconds:#,0}/s  {(int)time.TotalMinutes}:{time.Seconds:00}{(done < total ? " left" : "")}");
    }
}
