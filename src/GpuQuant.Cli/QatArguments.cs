using System.CommandLine;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Training;
using GpuQuant.Training.Rules;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Cli;

/// <summary>The options of <c>gpuquant train</c> that belong to quantization-aware training.</summary>
internal sealed class QatArguments
{
    private readonly Option<int?> _floatEpochs = Number("--float-epochs", "Epochs in float before fake-quantizers are inserted; 0: none "
        + "(default: the study's, or as many as --epochs).");
    private readonly Option<string?> _bits = new("--qat-bits")
    {
        Description = "Bits of weights and activations in quantization-aware training (default: w8a8).",
        HelpName = "wNaM",
    };
    private readonly Option<string?> _method = new("--qat-method")
    {
        Description = "How steps come about in quantization-aware training: range, lsq, lsq+, pact, dorefa (default: range).",
        HelpName = "M",
    };
    private readonly Option<int?> _quantizeAfter = Number("--quantize-after",
        "Epochs with fake-quantizers that only watch ranges, before they quantize (default: 0).");
    private readonly Option<int?> _freezeRangesAfter = Number("--freeze-ranges-after",
        "Epochs with fake-quantizers after which their ranges no longer move (default: never).");
    private readonly Option<int?> _freezeBatchNormAfter = Number("--freeze-batch-norm-after",
        "Epochs with fake-quantizers after which batch normalization uses its running statistics and keeps them (default: never).");
    private readonly Option<bool> _fold = new("--fold-batch-norm")
    {
        Description = "Folds batch normalization into the convolutions already in training, as it will be deployed.",
    };
    private readonly Option<float?> _distill = new("--distill")
    {
        Description = "The share of the float phase's model in the loss, above 0 and at most 1 (default: labels alone).",
        HelpName = "SHARE",
    };
    private readonly Option<float?> _temperature = new("--temperature")
    {
        Description = "What the logits are divided by where the float phase's model teaches (default: 2).",
        HelpName = "T",
    };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All =>
        [_floatEpochs, _bits, _method, _quantizeAfter, _freezeRangesAfter, _freezeBatchNormAfter, _fold, _distill, _temperature];

    /// <summary>The strategy with what was given.</summary>
    /// <exception cref="UsageException">Something was given that means nothing to the strategy.</exception>
    public ITrainingStrategy Apply(ParseResult parsed, ITrainingStrategy strategy)
    {
        if (strategy is not QatStrategy qat)
            return All.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } given
                ? throw new UsageException($"{given.Name} belongs to the strategy qat; it means nothing to {strategy.Name}: leave it out.")
                : strategy;
        if (parsed.GetValue(_temperature) is not null && parsed.GetValue(_distill) is null)
            throw new UsageException("--temperature belongs to distillation; give the teacher's share too, such as --distill 0.5.");
        if (parsed.GetValue(_distill) == 0)
            Distillation.Validate(0, 1);
        return qat with
        {
            FloatEpochs = parsed.GetValue(_floatEpochs),
            Quantization = QuantizationOf(parsed, qat.Quantization),
            FoldsBatchNorm = parsed.GetValue(_fold),
            Schedule = new PhaseSchedule
            {
                QuantizeAfter = parsed.GetValue(_quantizeAfter) ?? 0,
                FreezeRangesAfter = parsed.GetValue(_freezeRangesAfter),
                FreezeBatchNormAfter = parsed.GetValue(_freezeBatchNormAfter),
            },
            DistillationShare = parsed.GetValue(_distill) ?? qat.DistillationShare,
            DistillationTemperature = parsed.GetValue(_temperature) ?? qat.DistillationTemperature,
        };
    }

    private QatOptions QuantizationOf(ParseResult parsed, QatOptions otherwise)
    {
        var (bits, method) = (parsed.GetValue(_bits), parsed.GetValue(_method));
        return bits is null && method is null ? otherwise : QatOptions.Parse($"{bits ?? "w8a8"} {method ?? "range"}");
    }

    private static Option<int?> Number(string name, string description) => new(name) { Description = description, HelpName = "E" };
}
