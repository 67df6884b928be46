using System.CommandLine;
using GpuQuant.Data.Text;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;

namespace GpuQuant.Cli;

/// <summary>The options that say how words of texts are exchanged, in training and in evaluation.</summary>
internal sealed class WordAttackArguments
{
    private readonly Option<int?> _words = Number<int>("--attack-words", "The most words of a text that are exchanged (default: 20).", "N");
    private readonly Option<int?> _candidates = Number<int>("--attack-candidates",
        "How many of a word's nearest in the net's embedding may take its place (default: 8).", "N");
    private readonly Option<double?> _cosine = Number<double>("--attack-cosine",
        "How near it must be by the cosine between the two (default: 0.5).", "R");
    private readonly Option<int?> _rounds = Number<int>("--attack-rounds",
        "Forward passes in which exchanged words are tried (default: 4).", "N");
    private readonly Option<string?> _synonyms = new("--synonyms")
    {
        Description = "What may take a word's place, in place of the nearest in the embedding: lines of a word, a tab, and its synonyms "
            + "with commas between.",
        HelpName = "FILE",
    };
    private readonly Option<bool> _pwws = new("--pwws")
    {
        Description = "Words are ranked as PWWS does, by a forward pass for every word and candidate: hundreds of times as long as by the "
            + "gradient.",
    };

    /// <summary>All of them.</summary>
    public IReadOnlyList<Option> All => [_words, _candidates, _cosine, _rounds, _synonyms, _pwws];

    /// <summary>The attack with what was given.</summary>
    /// <exception cref="Numerics.UsageException">Options do not fit together.</exception>
    /// <exception cref="Numerics.DataException">The file of synonyms cannot be read.</exception>
    public WordAttack Of(ParseResult parsed, WordAttack attack)
    {
        if (parsed.GetValue(_synonyms) is not null)
            RefuseBeside(_synonyms, parsed, _candidates, _cosine);
        if (parsed.GetValue(_pwws))
            RefuseBeside(_pwws, parsed, _rounds);
        return attack with
        {
            Substitutions = parsed.GetValue(_words) ?? attack.Substitutions,
            Candidates = parsed.GetValue(_candidates) ?? attack.Candidates,
            LeastCosine = parsed.GetValue(_cosine) ?? attack.LeastCosine,
            Rounds = parsed.GetValue(_rounds) ?? attack.Rounds,
            Synonyms = parsed.GetValue(_synonyms) is { } path ? SynonymFile.Read(path) : attack.Synonyms,
            IsExact = parsed.GetValue(_pwws) || attack.IsExact,
        };
    }

    private static void RefuseBeside(Option chosen, ParseResult parsed, params Option[] others)
    {
        if (CommonOptions.FirstGiven(parsed, others) is { } given)
            throw new Numerics.UsageException($"{given.Name} means nothing beside {chosen.Name}; leave one of them out.");
    }

    private static Option<T?> Number<T>(string name, string description, string help) where T : struct =>
        new(name) { Description = description, HelpName = help };
}
