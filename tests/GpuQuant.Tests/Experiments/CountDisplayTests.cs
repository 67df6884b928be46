using GpuQuant.Experiments;

namespace GpuQuant.Tests.Experiments;

/// <summary>What the display of counted work writes, at a clock that the test moves.</summary>
public sealed class CountDisplayTests : IDisposable
{
    private readonly Clock _clock = new();
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void Bar_HalfDoneAfterTwoSeconds_SaysPaceAndTimeLeft()
    {
        using var display = Make(ProgressStyle.Bar, 80);
        _clock.Seconds = 2;
        display.Show(5000, 10000);
        // 80 columns leave the last free: 30 cells, of which 15 are filled and the next is the arrow.
        Assert.Equal("\rfog  [===============>              ]  5,000/10,000  2,500/s  0:02 left", _output.ToString());
        _clock.Seconds = 2.05;
        display.Show(5001, 10000);
        Assert.DoesNotContain("5,001", _output.ToString());
        _clock.Seconds = 2.06;
        display.Show(10000, 10000);
        Assert.Contains("[==============================]  10,000/10,000", _output.ToString());
        Assert.EndsWith(Environment.NewLine, _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Bar_NarrowTerminal_StaysWithinIt()
    {
        using var display = Make(ProgressStyle.Bar, 20);
        _clock.Seconds = 1;
        display.Show(1, 10000);
        Assert.InRange(_output.ToString().Length, 1, 20);
    }

    [Fact]
    public void Lines_ShowNothingOfShortWork()
    {
        using var display = Make(ProgressStyle.Lines, 80);
        _clock.Seconds = 9;
        display.Show(5000, 10000);
        Assert.Empty(_output.ToString());
        _clock.Seconds = 10;
        display.Show(5000, 10000);
        Assert.Equal($"fog  5,000/10,000  500/s  0:10 left{Environment.NewLine}", _output.ToString());
    }

    [Fact]
    public void None_ShowsNothing()
    {
        using var display = Make(ProgressStyle.None, 80);
        _clock.Seconds = 100;
        display.Show(10000, 10000);
        Assert.Empty(_output.ToString());
    }

    private CountDisplay Make(ProgressStyle style, int width) => new("fog", style, _output, () => width, _clock);

    private sealed class Clock : TimeProvider
    {
        public double Seconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => (long)(Seconds * 1000);
    }
}
