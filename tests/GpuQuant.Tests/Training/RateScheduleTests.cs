using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Training;

public class RateScheduleTests
{
    /// <summary>
    /// Cosine of 4 steps: (1 + cos(pi t / 4)) / 2 with cos 45 degrees = 0.70711. One cycle of 10 steps: the peak is at 0.3 * 10 - 1 = 2;
    /// half way up, at step 1, stands (0.04 + 1) / 2; one seventh down 4e-6 + (1 - 4e-6) (1 + cos(180 / 7 degrees)) / 2, cosine 0.90097.
    /// A warm-up of 1.5 epochs of 2 steps takes 3: a fourth of the first rate at a time.
    /// </summary>
    public static TheoryData<RateSchedule, int, int, double[]> ByHand => new()
    {
        { new ConstantRate(), 2, 2, [1, 1, 1, 1] },
        { new ConstantRate { WarmupEpochs = 1.5 }, 2, 3, [0.25, 0.5, 0.75, 1, 1, 1] },
        { new CosineRate(), 4, 1, [1, 0.853553390593, 0.5, 0.146446609407] },
        { new CosineRate { Floor = 0.2 }, 2, 2, [1, 0.882842712475, 0.6, 0.317157287525] },
        { new CosineRate { WarmupEpochs = 1 }, 2, 2, [1 / 3.0, 2 / 3.0, 1, 0.5] },
        { new StepRate { Every = 2, Fall = 0.5 }, 1, 5, [1, 1, 0.5, 0.5, 0.25] },
        { new StepRate { Milestones = [1, 3], Fall = 0.1 }, 2, 4, [1, 1, 0.1, 0.1, 0.1, 0.1, 0.01, 0.01] },
        // The milestone counts from the end of the warm-up.
        { new StepRate { Milestones = [1], Fall = 0.1, WarmupEpochs = 1 }, 1, 4, [0.5, 1, 0.1, 0.1] },
        { new OneCycleRate(), 5, 2, [0.04, 0.52, 1, 0.950484632013, 0.811745653950, 0.611262021936, 0.388741978064,
            0.188258346050, 0.049519367987, 4e-6] },
        { new OneCycleRate(), 1, 1, [1] },
        // 0.04 is the first rate of one cycle: the warm-up of 1 step reaches half of it.
        { new OneCycleRate { WarmupEpochs = 0.1 }, 10, 1, [0.02, 0.04] },
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void FactorAt_EachStep_IsAsWorkedOutByHand(RateSchedule schedule, int stepsPerEpoch, int epochs, double[] expected)
    {
        schedule.Validate(epochs);
        var factors = expected.Select((_, step) => schedule.FactorAt(step, stepsPerEpoch, epochs));
        Assert.Equal(expected, factors, (a, b) => Math.Abs(a - b) < 1e-11);
    }

    public static TheoryData<RateSchedule, string> Mistakes => new()
    {
        { new ConstantRate { WarmupEpochs = 4 },
            "A warm-up of 4 epochs was asked for in a training of 4; give a number from 0 to below 4." },
        { new CosineRate { WarmupEpochs = -1 },
            "A warm-up of -1 epochs was asked for in a training of 4; give a number from 0 to below 4." },
        { new CosineRate { Floor = 1.5 }, "The learning rate was to fall to a share of 1.5; it must be from 0 to 1." },
        { new StepRate { Milestones = [3, 2] }, "The learning rate was to fall after epochs 3 2; give rising numbers from 1 on." },
        { new StepRate { Milestones = [0] }, "The learning rate was to fall after epochs 0; give rising numbers from 1 on." },
        { new StepRate { Every = 0 }, "The learning rate was to fall after every 0 epochs; give a number from 1 on." },
        { new StepRate { Fall = 0 }, "The learning rate was to fall to 0 of itself; give a number above 0 and at most 1." },
        { new OneCycleRate { RisingShare = 1 },
            "The learning rate was to rise in a share of 1 of the steps; it must be above 0 and below 1." },
        { new OneCycleRate { FirstDivisor = 0.5 }, "The divisors of one cycle are 0.5 and 10000; both must be at least 1." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Validate_WhatMakesNoSense_SaysWhatCameAndWhatWasExpected(RateSchedule schedule, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<UsageException>(() => schedule.Validate(4)).Message);

    [Fact]
    public void ToString_Milestones_TellSchedulesApart()
    {
        Assert.Equal("StepRate { Name = step, WarmupEpochs = 0, Milestones = 2 5, Every = 30, Fall = 0.1 }",
            new StepRate { Milestones = [2, 5] }.ToString());
        Assert.Equal(new StepRate { Milestones = [2, 5] }, new StepRate { Milestones = [2, 5] });
        Assert.NotEqual(new StepRate { Milestones = [2, 5] }, new StepRate { Milestones = [2, 6] });
        Assert.NotEqual(new StepRate { Milestones = [2] }, new StepRate { Milestones = [2], WarmupEpochs = 1 });
    }

    [Fact]
    public void Catalog_EverySchedule_IsThere() =>
        Assert.Equal(["constant", "cosine", "one-cycle", "step"], Catalog.All<RateSchedule>().Select(schedule => schedule.Name));
}
