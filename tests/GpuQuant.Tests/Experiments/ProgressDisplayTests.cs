using System.Text;
using GpuQuant.Experiments;
using GpuQuant.Training;

namespace GpuQuant.Tests.Experiments;

public sealed class ProgressDisplayTests : IDisposable
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly ManualClock _clock = new();
    private int _width = 120;

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Lines_ShortEpochs_OneLineEach()
    {
        using (var display = Display(ProgressStyle.Lines))
            Train(display, epochs: 2, steps: 4, secondsPerStep: 2);
        Assert.Equal(
            "net  epoch 1/2  loss 0.2500  accuracy 93.8%  validation 90.0%  50 samples/s  0:08 left\n"
            + "net  epoch 2/2  loss 0.2500  accuracy 93.8%  validation 90.0%  50 samples/s  0:16\n", _output.ToString());
    }

    [Fact]
    public void Lines_LongEpoch_OneLinePerTenSecondsAtMost()
    {
        using (var display = Display(ProgressStyle.Lines))
            Train(display, epochs: 1, steps: 35, secondsPerStep: 1, validation: null);
        var lines = _output.ToString().TrimEnd().Split('\n');
        Assert.Equal(
            [
                "net  epoch 1/1 (28%)  loss 0.2500  accuracy 93.8%  100 samples/s  0:25 left",
                "net  epoch 1/1 (57%)  loss 0.2500  accuracy 93.8%  100 samples/s  0:15 left",
                "net  epoch 1/1 (85%)  loss 0.2500  accuracy 93.8%  100 samples/s  0:05 left",
                "net  epoch 1/1  loss 0.2500  accuracy 93.8%  100 samples/s  0:35",
            ],
            lines);
    }

    [Fact]
    public void Lines_HundredThousandQuickSteps_AllocateNothing()
    {
        using var display = Display(ProgressStyle.Lines);
        var progress = new TrainingProgress(1, 2, 1, 100_000, 0.5, 0.5, 1, TimeSpan.FromSeconds(1));
        display.OnStep(progress);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var step = 0; step < 100_000; step++)
            display.OnStep(progress);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 256);
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public void Bar_Drawn_ShowsEverything()
    {
        using var display = Display(ProgressStyle.Bar);
        display.OnStep(new TrainingProgress(1, 20, 1, 100, 2.3, 0.1, 256, TimeSpan.FromSeconds(1)));
        _clock.Advance(0.2);
        display.OnStep(new TrainingProgress(3, 20, 50, 100, 0.04214, 0.98712, 7800 * 10, TimeSpan.FromSeconds(250)));
        Assert.Equal("net  epoch 3/20 [===============>              ]  loss 0.0421  accuracy 98.7%  312 samples/s  29:10 left", Screen());
    }

    [Fact]
    public void Bar_QuickSteps_DrawsTenTimesASecond()
    {
        using (var display = Display(ProgressStyle.Bar))
            Train(display, epochs: 1, steps: 1000, secondsPerStep: 0.002);
        Assert.InRange(_output.ToString().Count(c => c == '\r'), 19, 22);
    }

    [Fact]
    public void Bar_Finished_LeavesItsLastStateAndAnEmptyLine()
    {
        using (var display = Display(ProgressStyle.Bar))
            Train(display, epochs: 2, steps: 4, secondsPerStep: 2);
        Assert.Equal(
            "net  epoch 2/2 [==============================]  loss 0.2500  accuracy 93.8%  validation 90.0%  50 samples/s  0:16\n",
            Screen());
    }

    [Fact]
    public void Bar_ExceptionWithinTraining_LeavesAnEmptyLine()
    {
        Assert.Throws<InvalidOperationException>(Fail);
        Assert.StartsWith("net  epoch 1/2 [==", Screen(), StringComparison.Ordinal);
        Assert.EndsWith(" left\n", Screen(), StringComparison.Ordinal);

        void Fail()
        {
            using var display = Display(ProgressStyle.Bar);
            display.OnStep(new TrainingProgress(1, 2, 1, 10, 1, 0.5, 10, TimeSpan.FromSeconds(1)));
            throw new InvalidOperationException();
        }
    }

    [Fact]
    public void Bar_NothingTrained_WritesNothing()
    {
        Display(ProgressStyle.Bar).Dispose();
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public void Bar_DisposedTwiceOrUsedAfter_WritesNothingMore()
    {
        var display = Display(ProgressStyle.Bar);
        Train(display, epochs: 1, steps: 1, secondsPerStep: 1);
        display.Dispose();
        var length = _output.ToString().Length;
        display.Dispose();
        Train(display, epochs: 1, steps: 1, secondsPerStep: 1);
        Assert.Equal(length, _output.ToString().Length);
    }

    [Theory]
    [InlineData(120)]
    [InlineData(80)]
    [InlineData(60)]
    [InlineData(40)]
    [InlineData(10)]
    [InlineData(1)]
    [InlineData(0)]
    public void Bar_AnyWidth_StaysOnItsLine(int width)
    {
        _width = width;
        using (var display = Display(ProgressStyle.Bar))
            Train(display, epochs: 20, steps: 10, secondsPerStep: 1);
        Assert.All(_output.ToString().TrimEnd('\n').Split('\r'), drawn => Assert.InRange(drawn.Length, 0, Math.Max(1, width - 1)));
    }

    [Fact]
    public void Bar_ShorterText_ErasesTheLonger()
    {
        using var display = Display(ProgressStyle.Bar);
        _width = 70;
        display.OnStep(new TrainingProgress(1, 10, 1, 10, 12345.5, 0.5, 1_000_000, TimeSpan.FromSeconds(1)));
        _clock.Advance(1);
        display.OnStep(new TrainingProgress(1, 10, 2, 10, 1, 0.5, 2, TimeSpan.FromSeconds(2)));
        Assert.DoesNotContain("leftt", Screen(), StringComparison.Ordinal);
        Assert.EndsWith(" left", Screen().TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public void Resumed_TimeLeft_CountsOnlyThisProcess()
    {
        using var display = Display(ProgressStyle.Lines);
        display.OnStep(new TrainingProgress(11, 20, 1, 10, 1, 0.5, 10, TimeSpan.FromSeconds(1)));
        display.OnEpoch(new TrainingProgress(11, 20, 10, 10, 1, 0.5, 100, TimeSpan.FromSeconds(10)), null);
        Assert.EndsWith("  10 samples/s  1:30 left\n", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProgressStyle.Lines)]
    [InlineData(ProgressStyle.Bar)]
    public void Show_UglyValues_DoesNotThrow(ProgressStyle style)
    {
        using var display = Display(style);
        display.OnEpoch(new TrainingProgress(1, 1000, 0, 0, double.NaN, double.NaN, 0, TimeSpan.Zero), double.NaN);
        display.OnEpoch(new TrainingProgress(2, int.MaxValue, 1, 1, double.PositiveInfinity, 1, long.MaxValue, TimeSpan.MaxValue), null);
        Assert.Contains("loss NaN  accuracy NaN%", _output.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("validation", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ProgressStyle.Lines)]
    [InlineData(ProgressStyle.Bar)]
    public void Show_OutputFails_TrainingGoesOn(ProgressStyle style)
    {
        var broken = new BrokenWriter();
        using var display = new ProgressDisplay("net", style, broken, () => 80, _clock);
        Train(display, epochs: 3, steps: 3, secondsPerStep: 20);
        Assert.Equal(1, broken.Attempts);
    }

    [Fact]
    public void None_Training_WritesNothing()
    {
        using (var display = Display(ProgressStyle.None))
            Train(display, epochs: 3, steps: 3, secondsPerStep: 20);
        Assert.Equal("", _output.ToString());
    }

    private ProgressDisplay Display(ProgressStyle style) => new("net", style, _output, () => _width, _clock);

    private void Train(ProgressDisplay display, int epochs, int steps, double secondsPerStep, double? validation = 0.9)
    {
        var start = _clock.Seconds;
        TrainingProgress progress = default;
        for (var epoch = 1; epoch <= epochs; epoch++)
        {
            for (var step = 1; step <= steps; step++)
            {
                _clock.Advance(secondsPerStep);
                var done = ((epoch - 1) * steps) + step;
                progress = new TrainingProgress(
                    epoch, epochs, step, steps, 0.25, 0.938, done * 100L, TimeSpan.FromSeconds(_clock.Seconds - start));
                display.OnStep(progress);
            }
            display.OnEpoch(progress, validation);
        }
    }

    /// <summary>What a terminal shows after the output.</summary>
    private string Screen()
    {
        var lines = _output.ToString().Split('\n').Select(line =>
        {
            var shown = new StringBuilder();
            foreach (var drawn in line.Split('\r'))
                shown.Remove(0, Math.Min(drawn.Length, shown.Length)).Insert(0, drawn);
            return shown.ToString().TrimEnd();
        });
        return string.Join('\n', lines);
    }

    private sealed class ManualClock : TimeProvider
    {
        public double Seconds { get; private set; }

        public void Advance(double seconds) => Seconds += seconds;

        public override long TimestampFrequency => 1_000_000;

        public override long GetTimestamp() => (long)Math.Round(Seconds * TimestampFrequency);
    }

    private sealed class BrokenWriter : TextWriter
    {
        public int Attempts { get; private set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            Attempts++;
            throw new IOException("Broken pipe");
        }
    }
}
