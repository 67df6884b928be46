namespace GpuQuant.Data.Text;

/// <summary>What the opinions of <see cref="PhraseGrammar"/> are about and how they are built.</summary>
/// <param name="Nouns">The things that are judged.</param>
/// <param name="NegatedPercent">How many of a hundred judgements are negated.</param>
/// <param name="FewestClauses">The shortest text's clauses, at least 1.</param>
/// <param name="MostClauses">The longest text's clauses.</param>
internal sealed record PhraseStyle(string[] Nouns, int NegatedPercent, int FewestClauses, int MostClauses);
