using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Cli;

/// <summary>The options of <c>gpuquant train</c> that say how gradients become steps, and when it is enough.</summary>
internal sealed class OptimizerArguments
{
    private readonly Option<float?> _momentum = Number<float?>("--momentum", "M", "How much of the last step goes on, with sgd "
        + "(default: 0.9).");
    private readonly Option<bool> _nesterov = new("--nesterov") { Description = "Nesterov's momentum, with sgd." };
    private readonly Option<float?> _weightDecay = Number<float?>("--weight-decay", "D", "Decoupled weight decay, with adamw: in each step "
        + "kernels lose this much of the learning rate of themselves (default: 0.01).");
    private readonly Option<bool> _decayAll = new("--decay-all")
    {
        Description = "Biases, batch normalizations and quantizers' steps decay too, with adamw.",
    };
    private readonly Option<string> _schedule = new("--schedule")
    {
        Description = "How the learning rate changes: " + ModelOptions.Known<RateSchedule>() + ".",
        HelpName = "S",
        DefaultValueFactory = _ => "constant",
    };
    private readonly Option<double?> _warmup = Number<double?>("--warmup", "E", "Epochs in which the learning rate rises to that of the "
        + "schedule, which begins after them (default: 0).");
    private readonly Option<int[]?> _milestones = new("--milestones")
    {
        Description = "Epochs after which the learning rate falls, with the schedule step, such as 100,150.",
        HelpName = "E,E",
        CustomParser = Epochs,
    };
    private readonly Option<int?> _every = Number<int?>("--every", "E", "Epochs between two falls of the learning rate, with the schedule "
        + "step (default: 30).");
    private readonly Option<double?> _fall = Number<double?>("--fall", "F", "What the learning rate is multiplied by when it falls, with "
        + "the schedule step (default: 0.1).");
    private readonly Option<double?> _floor = Number<double?>("--floor", "SHARE", "The share of the learning rate at which the schedule "
        + "cosine ends (default: 0).");
    private readonly Option<float?> _clipNorm = Number<float?>("--clip-norm", "N", "The greatest norm of all gradients together "
        + "(default: any).");
    private readonly Option<float?> _clipValue = Number<float?>("--clip-value", "V", "The greatest magnitude of a gradient "
        + "(default: any).");
    private readonly Option<int?> _accumulate = Number<int?>("--accumulate", "N", "Batches per step, which takes their mean gradient "
        + "(default: 1).");
    private readonly Option<double?> _ema = Number<double?>("--ema", "D", "Validates and keeps an exponential moving average of the "
        + "parameters with this decay, such as 0.999 (default: the parameters themselves).");
    private readonly Option<int?> _earlyStopping = Number<int?>("--early-stopping", "E", "Ends after so many epochs in a row without "
        + "a gain in validation accuracy (default: never).");
    private readonly Option<double?> _leastGain = Number<double?>("--least-gain", "SHARE", "What counts as a gain for --early-stopping: "
        + "more than this share of the validation samples (default: 0).");

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All =>
    [
        _momentum, _nesterov, _weightDecay, _decayAll, _schedule, _warmup, _milestones, _every, _fall, _floor, _clipNorm, _clipValue,
        _accumulate, _ema, _earlyStopping, _leastGain,
    ];

    /// <summary>The options with what was given; their optimizer is the named one already.</summary>
    /// <exception cref="UsageException">Something was given that means nothing to the optimizer or the schedule.</exception>
    public TrainingOptions Apply(ParseResult parsed, TrainingOptions options)
    {
        var patience = parsed.GetValue(_earlyStopping);
        if (patience is null && parsed.GetValue(_leastGain) is not null)
            throw new UsageException("--least-gain belongs to early stopping; give its patience too, such as --early-stopping 10.");
        return options with
        {
            Optimizer = Apply(parsed, options.Optimizer),
            Schedule = ScheduleOf(parsed),
            ClipNorm = parsed.GetValue(_clipNorm),
            ClipValue = parsed.GetValue(_clipValue),
            Accumulate = parsed.GetValue(_accumulate) ?? options.Accumulate,
            AverageDecay = parsed.GetValue(_ema),
            EarlyStopping = patience is { } epochs ? new EarlyStopping(epochs, parsed.GetValue(_leastGain) ?? 0) : options.EarlyStopping,
        };
    }

    private Optimizer Apply(ParseResult parsed, Optimizer optimizer)
    {
        if (optimizer is not Sgd)
            Refuse(parsed, "optimizer sgd", optimizer.Name, _momentum, _nesterov);
        if (optimizer is not AdamW)
            Refuse(parsed, "optimizer adamw", optimizer.Name, _weightDecay, _decayAll);
        return optimizer switch
        {
            Sgd sgd => sgd with { Momentum = parsed.GetValue(_momentum) ?? sgd.Momentum, Nesterov = parsed.GetValue(_nesterov) },
            AdamW adam => adam with
            {
                WeightDecay = parsed.GetValue(_weightDecay) ?? adam.WeightDecay,
                DecaysAll = parsed.GetValue(_decayAll),
            },
            _ => optimizer,
        };
    }

    private RateSchedule ScheduleOf(ParseResult parsed)
    {
        var schedule = Catalog.Get<RateSchedule>("schedule", parsed.GetRequiredValue(_schedule));
        if (schedule is not StepRate)
            Refuse(parsed, "schedule step", schedule.Name, _milestones, _every, _fall);
        if (schedule is not CosineRate)
            Refuse(parsed, "schedule cosine", schedule.Name, _floor);
        if (parsed.GetValue(_milestones) is not null && parsed.GetValue(_every) is not null)
            throw new UsageException("The learning rate was to fall at --milestones and --every so many epochs; choose one.");
        schedule = schedule switch
        {
            StepRate step => step with
            {
                Milestones = parsed.GetValue(_milestones) ?? step.Milestones,
                Every = parsed.GetValue(_every) ?? step.Every,
                Fall = parsed.GetValue(_fall) ?? step.Fall,
            },
            CosineRate cosine => cosine with { Floor = parsed.GetValue(_floor) ?? cosine.Floor },
            _ => schedule,
        };
        return schedule with { WarmupEpochs = parsed.GetValue(_warmup) ?? 0 };
    }

    private static void Refuse(ParseResult parsed, string owner, string chosen, params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
            if (parsed.GetResult(option) is { Implicit: false })
                throw new UsageException($"{option.Name} belongs to the {owner}; it means nothing to {chosen}: leave it out.");
    }

    private static int[]? Epochs(ArgumentResult result)
    {
        var text = string.Join(',', result.Tokens.Select(token => token.Value));
        try
        {
            return [.. text.Split(',').Select(part => int.Parse(part, NumberStyles.None, CultureInfo.InvariantCulture))];
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            result.AddError($"--milestones takes epochs such as 100,150, got '{text}'.");
            return null;
        }
    }

    private static Option<T> Number<T>(string name, string help, string description) =>
        new(name) { Description = description, HelpName = help };
}
