using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Tests.Training;

public class TrainingOptionsTests
{
    private static readonly TrainingOptions Good = new();

    public static TheoryData<TrainingOptions, string> Mistakes => new()
    {
        { Good with { Epochs = 0 }, "0 epochs were asked for; at least 1 is needed." },
        { Good with { BatchSize = -5 }, "Batch size -5 was asked for; it must be at least 1." },
        { Good with { Optimizer = new Adam { LearningRate = 0 } }, "Learning rate 0 was asked for; it must be a number above 0." },
        { Good with { Optimizer = new Sgd { LearningRate = float.NaN } }, "Learning rate NaN was asked for; it must be a number above 0." },
        { Good with { Optimizer = new Sgd { LearningRate = float.PositiveInfinity } },
            "Learning rate Infinity was asked for; it must be a number above 0." },
        { Good with { Validation = 1 }, "A validation share of 1 was asked for; it must be at least 0 and below 1." },
        { Good with { Validation = -0.1 }, "A validation share of -0.1 was asked for; it must be at least 0 and below 1." },
        { Good with { Validation = double.NaN }, "A validation share of NaN was asked for; it must be at least 0 and below 1." },
        { Good with { Optimizer = new Sgd { Momentum = 1 } }, "Momentum 1 was asked for; it must be at least 0 and below 1." },
        { Good with { Optimizer = new AdamW { WeightDecay = -0.5f } }, "Weight decay -0.5 was asked for; it must be a number from 0 on." },
        { Good with { Optimizer = new AdamW { WeightDecay = float.NaN } },
            "Weight decay NaN was asked for; it must be a number from 0 on." },
        { Good with { Schedule = new ConstantRate { WarmupEpochs = 21 } },
            "A warm-up of 21 epochs was asked for in a training of 20; give a number from 0 to below 20." },
        { Good with { Accumulate = 0 }, "0 batches per step were asked for; at least 1 is needed." },
        { Good with { ClipNorm = 0 }, "Gradients were to be clipped to a norm of 0; it must be above 0." },
        { Good with { ClipNorm = float.NaN }, "Gradients were to be clipped to a norm of NaN; it must be above 0." },
        { Good with { ClipValue = -1 }, "Gradients were to be clipped to a magnitude of -1; it must be above 0." },
        { Good with { ClipNorm = 1, ClipValue = 1 }, "Gradients were to be clipped by norm and by value; choose one." },
        { Good with { AverageDecay = 1 },
            "An average of parameters with a decay of 1 was asked for; it must be at least 0 and below 1, such as 0.999." },
        { Good with { AverageDecay = -0.1 },
            "An average of parameters with a decay of -0.1 was asked for; it must be at least 0 and below 1, such as 0.999." },
        { Good with { EarlyStopping = new(3) },
            "Early stopping needs a validation split; ask for one, such as 0.1, or train to the last epoch." },
        { Good with { Validation = 0.1, EarlyStopping = new(0) }, "A patience of 0 epochs was asked for; it must be at least 1." },
        { Good with { Validation = 0.1, EarlyStopping = new(3, -1) },
            "A least gain of -1 was asked for; it must be at least 0 and below 1." },
        { Good with { Keep = Keep.BestOnTest, Validation = 0.1 },
            "A validation share of 0.1 was asked for beside keeping the epoch that is best on the test set; choose one of them." },
        { Good with { Keep = Keep.Best },
            "Keeping the best epoch needs a validation split; ask for one, such as 0.1, or keep the last epoch." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Validate_WhatMakesNoSense_SaysWhatCameAndWhatWasExpected(TrainingOptions options, string sentence) =>
        Assert.Equal(sentence, Assert.Throws<UsageException>(options.Validate).Message);

    [Fact]
    public void Validate_Defaults_AreTheStudys()
    {
        Good.Validate();
        Assert.Equal((20, 256, new Adam { LearningRate = 1e-3f, Beta1 = 0.9f, Beta2 = 0.999f, Epsilon = 1e-7f }, 0.0, Keep.Last),
            (Good.Epochs, Good.BatchSize, Good.Optimizer, Good.Validation, Good.Keep));
    }
}
