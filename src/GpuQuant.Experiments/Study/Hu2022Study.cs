namespace GpuQuant.Experiments;

/// <summary>
/// The study of Hu et al. 2022 (arXiv 2204.04220): nets trained in float, deployed quantized, compared on shifted test sets, and trained
/// further with the inputs on which they differ. The sweep over the study's choices, of which any can be others.
/// </summary>
/// <example>
/// <code>
/// var study = new Hu2022Study { Data = ["mnist"], Architectures = ["lenet5"], Seeds = 3 };
/// Rq1Table.Write(study.Run("runs/lenet5").ToRq1(), AnsiConsole.Console);
/// </code>
/// </example>
public sealed record Hu2022Study : Sweep
{
    /// <summary>All four questions.</summary>
    public Hu2022Study() => Retrain = true;
}
