using System.CommandLine;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Numerics;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;

namespace GpuQuant.Cli;

/// <summary>The options that say how samples are attacked, in training and in evaluation.</summary>
internal sealed class AttackArguments
{
    private const string Pgd = "pgd", Fgsm = "fgsm", LInfinity = "linf", L2 = "l2";

    private readonly Option<string?> _method = new("--attack")
    {
        Description = $"{Pgd}: projected gradient descent from a random start; {Fgsm}: one step along the gradient's sign (default: {Pgd}).",
        HelpName = "A",
    };
    private readonly Option<string?> _norm = new("--attack-norm")
    {
        Description = $"How changes are measured: {LInfinity}, by the pixel that changes most, or {L2} (default: {LInfinity}).",
        HelpName = "N",
    };
    private readonly Option<float?> _radius = Number("--eps",
        "How far an attack may change pixels, which range from 0 to 1 (default: the study's for the data set).", "R");
    private readonly Option<float?> _step = Number("--attack-step",
        "How far one iteration of an attack leads (default: the study's part of --eps).", "R");
    private readonly Option<int?> _iterations = new("--attack-steps")
    {
        Description = "Iterations of an attack (default: the study's for the data set).",
        HelpName = "N",
    };
    private readonly Option<bool> _fromSample = new("--no-random-start") { Description = "Attacks start from the samples themselves." };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_method, _norm, _radius, _step, _iterations, _fromSample];

    /// <summary>The data set's attack with what was given.</summary>
    /// <exception cref="UsageException">A name is unknown, or options do not fit together.</exception>
    public Attack Of(ParseResult parsed, AttackSchedule schedule)
    {
        var isPgd = Choice(parsed.GetValue(_method), "attack", Pgd, Fgsm);
        var isLinear = Choice(parsed.GetValue(_norm), "norm of an attack", LInfinity, L2);
        var radius = parsed.GetValue(_radius);
        if (!isLinear && radius is null)
            throw new UsageException($"The study has no attacks by the norm {L2}; give their size, such as --eps 2.");
        if (!isPgd)
            return isLinear && parsed.GetValue(_step) is null && parsed.GetValue(_iterations) is null && !parsed.GetValue(_fromSample)
                ? Attack.FastGradientSign(radius ?? schedule.Radius)
                : throw new UsageException($"The attack {Fgsm} is one step of {LInfinity} as long as --eps, from the sample itself; leave "
                    + $"the other options of attacks out, or choose {Pgd}.");
        var attack = Attack.Of(schedule);
        return attack with
        {
            Norm = isLinear ? AttackNorm.LInfinity : AttackNorm.L2,
            Radius = radius ?? attack.Radius,
            StepSize = parsed.GetValue(_step) ?? (radius is { } given ? given * (attack.StepSize / attack.Radius) : attack.StepSize),
            Iterations = parsed.GetValue(_iterations) ?? attack.Iterations,
            StartsRandom = !parsed.GetValue(_fromSample),
        };
    }

    private static bool Choice(string? given, string kind, string first, string second) => (given ?? first) == first
        || (given == second ? false : throw new UsageException($"Unknown {kind} '{given}'. Known: {first}, {second}."));

    private static Option<float?> Number(string name, string description, string help) =>
        new(name) { Description = description, HelpName = help };
}
