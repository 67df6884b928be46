using GpuQuant.Experiments;

namespace GpuQuant.Tests.Experiments;

/// <summary>A quantized model that asks its float model.</summary>
public sealed class MarginFallbackTests
{
    [Fact]
    public void Curve_FourInputs_EqualsTheCountByHand()
    {
        // Labels 0 1 2 3, all right in float; the quantized model is wrong on the third, where its margin is 0.1, and on the fourth, 0.5.
        var cell = Cells.Make(count: 4, disagreements: 2) with
        {
            QuantizedTop1 = [0.95f, 0.6f, 0.5f, 0.75f],
            QuantizedTop2 = [0.05f, 0.3f, 0.4f, 0.25f],
        };
        FallbackPoint[] expected = [new(0, 0, 50, 50), new(0.2, 25, 75, 25), new(0.4, 50, 75, 25), new(0.6, 75, 100, 0), new(1, 100, 100, 0)];
        Assert.Equal(expected, MarginFallback.Curve(cell, [.. expected.Select(point => point.Threshold)]));
    }

    [Fact]
    public void Curve_NoInputs_IsRefused() =>
        Assert.Throws<ArgumentException>(() => MarginFallback.Curve(Cells.Make(count: 0), [0.5]));
}
