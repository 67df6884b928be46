using System.Globalization;
using GpuQuant.Training;

namespace GpuQuant.Experiments;

/// <summary>The words of the progress display.</summary>
internal sealed class ProgressText(string title)
{
    private const int LongestBar = 30, ShortestBar = 5;

    private double _startedAt = -1;

    /// <summary>The last epoch's, where there is a validation split.</summary>
    public double? ValidationAccuracy { get; set; }

    /// <summary>Remembers where this process began: a resumed training has done its first epochs in another one.</summary>
    public void Start(in TrainingProgress progress)
    {
        if (_startedAt < 0)
            _startedAt = Math.Max(0, Done(progress) - (1.0 / Math.Max(1, progress.Steps)));
    }

    /// <summary>A line of a log.</summary>
    public string Line(in TrainingProgress progress)
    {
        var percent = 100 * progress.Step / Math.Max(1, progress.Steps);
        var within = progress.Step < progress.Steps ? string.Create(CultureInfo.InvariantCulture, $" ({percent}%)") : "";
        return $"{title}  {Epoch(progress)}{within}  {Measures(progress)}  {Pace(progress)}";
    }

    /// <summary>A line of a terminal: the fullest that <paramref name="room"/> columns hold; the shortest may need more.</summary>
    public string Bar(in TrainingProgress progress, int room)
    {
        var (epoch, words) = (Epoch(progress), $"  {Measures(progress)}  {Pace(progress)}");
        var letters = Short(words);
        return WithCells($"{title}  {epoch}", words, room, progress)
            ?? WithCells($"{title} {epoch}", letters, room, progress)
            ?? WithCells(epoch, letters, room, progress)
            ?? (epoch.Length + letters.Length <= room ? epoch + letters : $"{epoch} {Short(Measures(progress))}");
    }

    private static string? WithCells(string head, string tail, int room, in TrainingProgress progress)
    {
        const int Frame = 3;
        var cells = Math.Min(LongestBar, room - head.Length - tail.Length - Frame);
        return cells >= ShortestBar ? $"{head} [{Cells(progress, cells)}]{tail}" : null;
    }

    private static string Short(string words) => words
        .Replace("accuracy", "acc", StringComparison.Ordinal).Replace("validation", "val", StringComparison.Ordinal)
        .Replace(" samples/s", "/s", StringComparison.Ordinal).Replace("  ", " ", StringComparison.Ordinal);

    private static string Cells(in TrainingProgress progress, int count)
    {
        var filled = (int)((long)count * progress.Step / Math.Max(1, progress.Steps));
        return filled >= count ? new string('=', count) : (new string('=', filled) + '>').PadRight(count);
    }

    private static string Epoch(in TrainingProgress progress) =>
        string.Create(CultureInfo.InvariantCulture, $"epoch {progress.Epoch}/{progress.Epochs}");

    private static double Done(in TrainingProgress progress) => progress.Epoch - 1 + ((double)progress.Step / Math.Max(1, progress.Steps));

    private static string Duration(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    private string Measures(in TrainingProgress progress)
    {
        var culture = CultureInfo.InvariantCulture;
        var validation = ValidationAccuracy is { } value ? string.Create(culture, $"  validation {100 * value:0.0}%") : "";
        return string.Create(culture, $"loss {progress.Loss:0.0000}  accuracy {100 * progress.Accuracy:0.0}%{validation}");
    }

    private string Pace(in TrainingProgress progress)
    {
        var seconds = progress.Elapsed.TotalSeconds;
        var pace = seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{progress.Samples / seconds:#,0} samples/s  ") : "";
        var (done, left) = (Done(progress) - _startedAt, progress.Epochs - Done(progress));
        if (left <= 0)
            return $"{pace}{Duration(progress.Elapsed)}";
        var remaining = done > 0 ? seconds * left / done : double.NaN;
        return remaining < TimeSpan.FromDays(365).TotalSeconds ? $"{pace}{Duration(TimeSpan.FromSeconds(remaining))} left" : pace.TrimEnd();
    }
}
