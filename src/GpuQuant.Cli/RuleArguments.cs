using System.CommandLine;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;
using GpuQuant.Training.Rules;
using GpuQuant.Training.Strategies;

namespace GpuQuant.Cli;

/// <summary>The options of <c>gpuquant train</c> that belong to rules for batches: attacks, mixing, augmentation.</summary>
internal sealed class RuleArguments
{
    private readonly AttackArguments _attack = new();
    private readonly Option<double?> _share = Number<double>("--attack-share",
        "The share of each batch that is attacked, above 0 and at most 1 (default: the study's for the data set).", "SHARE");
    private readonly Option<double?> _alpha = Number<double>("--alpha", "How mixup weights are drawn: Beta(R, R) (default: 0.2).", "R");
    private readonly Option<MixupOn?> _on = new("--mixup-on")
    {
        Description = "What mixup mixes: pixels of images, and of texts embeddings (the default) or, as in the study, indices: word numbers, "
            + "cut off to whole ones.",
    };
    private readonly WordAttackArguments _words = new();
    private readonly Option<float?> _smoothing = Number<float>("--smoothing",
        "The share of labels that goes to all classes (default: 0.1).", "SHARE");
    private readonly Option<int?> _crop = Number<int>("--crop", "By how many pixels images may move (default: 4).", "N");
    private readonly Option<double?> _cutout = Number<double>("--cutout",
        "The side of the square that is cut out, as a share of the image's (default: 0.5).", "SHARE");
    private readonly Option<double?> _noise = Number<double>("--noise",
        "The standard deviation of noise on pixels, which range from 0 to 1 (default: 0.1).", "R");
    private readonly Option<double?> _augMix = Number<double>("--augmix",
        "How strong AugMix's operations may be, 1 to 10 (default: 3).", "R");

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [.. AttackOptions, _alpha, _on, _smoothing, _crop, _cutout, _noise, _augMix];

    private IEnumerable<Option> AttackOptions => [.. _attack.All, _share, .. _words.All];

    /// <summary>The strategy's rules with what was given.</summary>
    /// <exception cref="UsageException">Something was given that belongs to a rule which the strategy does not have.</exception>
    public IReadOnlyList<BatchRule> Apply(ParseResult parsed, ComposedStrategy strategy, Data.TrainingSchedule schedule)
    {
        Refuse<AdversarialRule>(parsed, strategy, AttackOptions);
        Refuse<MixupRule>(parsed, strategy, [_alpha, _on]);
        Refuse<SmoothingRule>(parsed, strategy, [_smoothing]);
        Refuse<CropRule>(parsed, strategy, [_crop]);
        Refuse<CutoutRule>(parsed, strategy, [_cutout]);
        Refuse<NoiseRule>(parsed, strategy, [_noise]);
        Refuse<AugMixRule>(parsed, strategy, [_augMix]);
        return [.. strategy.Rules.Select(rule => rule switch
        {
            AdversarialRule r => Attacked(parsed, r with { Share = parsed.GetValue(_share) ?? r.Share }, schedule),
            MixupRule r => r with { Alpha = parsed.GetValue(_alpha) ?? r.Alpha, On = parsed.GetValue(_on) ?? r.On },
            SmoothingRule r => r with { Share = parsed.GetValue(_smoothing) ?? r.Share },
            CropRule r => r with { Padding = parsed.GetValue(_crop) ?? r.Padding },
            CutoutRule r => r with { Share = parsed.GetValue(_cutout) ?? r.Share },
            NoiseRule r => r with { Deviation = parsed.GetValue(_noise) ?? r.Deviation },
            AugMixRule r => r with { Severity = parsed.GetValue(_augMix) ?? r.Severity },
            _ => rule,
        })];
    }

    /// <summary>The rule with the attack that suits its samples.</summary>
    private AdversarialRule Attacked(ParseResult parsed, AdversarialRule rule, Data.TrainingSchedule schedule)
    {
        var (foreign, kind) = rule.Words is null ? (_words.All, "texts") : (_attack.All, "images");
        RefuseForeign(parsed, foreign, kind);
        return rule.Words is { } words
            ? rule with { Words = _words.Of(parsed, words) }
            : rule with { Attack = _attack.Of(parsed, schedule.Attack) };
    }

    /// <summary>Throws where an option was given that belongs to attacks on samples of another kind.</summary>
    public static void RefuseForeign(ParseResult parsed, IEnumerable<Option> foreign, string kind)
    {
        if (CommonOptions.FirstGiven(parsed, foreign) is { } given)
            throw new UsageException($"{given.Name} belongs to attacks on {kind}; the data set holds no {kind}: leave it out.");
    }

    private static void Refuse<TRule>(ParseResult parsed, ComposedStrategy strategy, IEnumerable<Option> options)
        where TRule : BatchRule, new()
    {
        if (!strategy.Rules.OfType<TRule>().Any() && CommonOptions.FirstGiven(parsed, options) is { } given)
            throw new UsageException($"{given.Name} belongs to the strategy {new TRule().Name}; it means nothing to {strategy.Name}: "
                + "leave it out.");
    }

    private static Option<T?> Number<T>(string name, string description, string help) where T : struct =>
        new(name) { Description = description, HelpName = help };
}
