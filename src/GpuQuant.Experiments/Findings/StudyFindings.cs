using GpuQuant.Numerics;

namespace GpuQuant.Experiments;

/// <summary>
/// What Hu et al. 2022 found, and whether a study's rows say so too: each finding with its 95% interval (hierarchical bootstrap over seeds
/// and inputs) and a verdict, and the same for every part of the study.
/// </summary>
/// <example>
/// <code>
/// var findings = StudyFindings.Of(StudyEvidence.Of(results.Rows()), Rq3.Of(results.Rows()), rq4);
/// FindingsTable.Write(findings, AnsiConsole.Console);
/// </code>
/// </example>
public sealed class StudyFindings
{
    private StudyFindings(IReadOnlyList<Finding> findings, IReadOnlyList<CellStatistics> cells, IReadOnlyList<PairedTest> tests) =>
        (Findings, Cells, Tests) = (findings, cells, tests);

    /// <summary>The findings, in the paper's order.</summary>
    public IReadOnlyList<Finding> Findings { get; }

    /// <summary>Every deployment on every test set over the seeds, with interval, noise floor and the paper's number.</summary>
    public IReadOnlyList<CellStatistics> Cells { get; }

    /// <summary>Per cell and seed, whether quantization changed the accuracy.</summary>
    public IReadOnlyList<PairedTest> Tests { get; }

    /// <summary>Judges a study.</summary>
    /// <param name="evidence">Its rows' evidence.</param>
    /// <param name="rq3">Its answers to the third question.</param>
    /// <param name="rq4">Its retrainings; none where there were none.</param>
    public static StudyFindings Of(StudyEvidence evidence, Rq3 rq3, Rq4 rq4)
    {
        var bootstrap = StudyBootstrap.Of(evidence);
        var rows = DisagreementRow.Of(bootstrap);
        Finding[] findings =
        [
            ShiftFinding.Of(rows, PaperTable.HuEtAl2022), QatFinding.Of(rows, PaperTable.HuEtAl2022),
            MarginFinding.Of(rq3, PaperUncertainties.HuEtAl2022), .. RetrainingFinding.Of(rq4, PaperRetraining.HuEtAl2022),
        ];
        return new(findings, CellStatistics.Of(bootstrap, evidence.Noise), PairedTest.Of(evidence.Cells));
    }

    /// <summary>
    /// Writes <c>findings.csv</c> (a line per finding), <c>claims.csv</c> (a line per finding and part), <c>cells.csv</c> and
    /// <c>paired-tests.csv</c>.
    /// </summary>
    /// <returns>The paths.</returns>
    /// <exception cref="DataException">A file cannot be written.</exception>
    public IReadOnlyList<string> WriteCsv(string folder) => FindingsCsv.Write(this, folder);
}
