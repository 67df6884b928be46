using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>A study's answers to its four questions, from one pass over its rows.</summary>
/// <param name="Rq1">Accuracy and disagreements, for all ways to train.</param>
/// <param name="Rq3">Which inputs disagree.</param>
/// <param name="Rq4">What training further does.</param>
/// <param name="Findings">What follows from it, beside the paper.</param>
public sealed record StudyAnswers(Rq1 Rq1, Rq3 Rq3, Rq4 Rq4, StudyFindings Findings)
{
    /// <summary>Answers the questions.</summary>
    /// <exception cref="DataException">A file with rows is damaged.</exception>
    public static StudyAnswers Of(Results results)
    {
        var evidence = new StudyEvidence.Collector();
        var rq3 = Rq3.Of(results.Rows().Select(cell =>
        {
            evidence.Add(cell);
            return cell;
        }));
        var rq4 = results.ToRq4();
        return new(results.ToRq1(), rq3, rq4, StudyFindings.Of(evidence.ToEvidence(), rq3, rq4));
    }
}
