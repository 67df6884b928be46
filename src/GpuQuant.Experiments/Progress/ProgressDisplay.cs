using GpuQuant.Training;

namespace GpuQuant.Experiments;

/// <summary>
/// Shows a training on stderr, as a live bar or as plain lines. It draws only when the training calls it, at most ten times a second,
/// so nothing runs beside the training or after <see cref="Dispose"/>. A step that draws nothing costs one look at the clock.
/// </summary>
/// <example>
/// <code>
/// using var progress = ProgressDisplay.Create("mnist lenet5", quiet: false);
/// trainer.Run(progress);
/// // mnist lenet5  epoch 3/20 [=======>      ]  loss 0.0421  accuracy 98.7%  31,204 samples/s  1:24 left
/// </code>
/// </example>
public sealed class ProgressDisplay : ITrainingObserver, IDisposable
{
    private static readonly TimeSpan BarPause = TimeSpan.FromMilliseconds(100), LinePause = TimeSpan.FromSeconds(10);

    private readonly ProgressText _text;
    private readonly ProgressLine _line;
    private readonly TimeProvider _clock;
    private readonly long _pause;
    private ProgressStyle _style;
    private long _next;
    private bool _finished;

    /// <summary>Shows progress on any writer.</summary>
    /// <param name="title">What is trained.</param>
    /// <param name="style">How to show it.</param>
    /// <param name="output">Where: normally <see cref="Console.Error"/>. An error while writing ends the display, not the training.</param>
    /// <param name="width">The terminal's width in columns, asked at each drawing; the bar keeps within it.</param>
    /// <param name="clock">When to draw; nothing else depends on it.</param>
    public ProgressDisplay(string title, ProgressStyle style, TextWriter output, Func<int> width, TimeProvider clock)
    {
        _text = new ProgressText(title);
        _line = new ProgressLine(output, width);
        (_style, _clock) = (style, clock);
        var pause = style == ProgressStyle.Bar ? BarPause : LinePause;
        _pause = (long)(pause.TotalSeconds * clock.TimestampFrequency);
        // The bar shows at once, a line only when the first epoch proves to be a long one.
        _next = clock.GetTimestamp() + (style == ProgressStyle.Bar ? 0 : _pause);
    }

    /// <summary>Shows progress on stderr: a bar at a terminal, lines where stderr goes to a file or a pipe.</summary>
    /// <param name="title">What is trained.</param>
    /// <param name="quiet">Shows nothing.</param>
    public static ProgressDisplay Create(string title, bool quiet) =>
        new(title, quiet ? ProgressStyle.None : Terminal.ErrorStyle, Console.Error, Terminal.Width, TimeProvider.System);

    /// <inheritdoc/>
    public void OnStep(in TrainingProgress progress)
    {
        if (_style == ProgressStyle.None)
            return;
        _text.Start(progress);
        var now = _clock.GetTimestamp();
        if (now < _next)
            return;
        _next = now + _pause;
        Show(progress, keep: false, null);
    }

    /// <inheritdoc/>
    public void OnEpoch(in TrainingProgress progress, double? validationAccuracy)
    {
        if (_style == ProgressStyle.None)
            return;
        _text.Start(progress);
        _finished = progress.Epoch >= progress.Epochs;
        _next = _clock.GetTimestamp() + _pause;
        Show(progress, keep: _finished, validationAccuracy);
    }

    /// <summary>Leaves the cursor at the start of an empty line; the last state stays readable above it.</summary>
    public void Dispose()
    {
        if (_style == ProgressStyle.Bar && !_finished)
            Guarded(_line.End);
        _style = ProgressStyle.None;
    }

    private void Show(TrainingProgress progress, bool keep, double? validationAccuracy)
    {
        if (double.IsFinite(validationAccuracy ?? double.NaN))
            _text.ValidationAccuracy = validationAccuracy;
        if (_style == ProgressStyle.Lines)
            Guarded(() => _line.Write(_text.Line(progress)));
        else
            Guarded(() => _line.Draw(room => _text.Bar(progress, room), keep));
    }

    // A closed terminal or a full disk behind a redirected stderr must not end a training of hours.
    private void Guarded(Action write)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or ObjectDisposedException)
        {
            _style = ProgressStyle.None;
        }
    }
}
