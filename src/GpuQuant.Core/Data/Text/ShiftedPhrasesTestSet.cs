using GpuQuant.Data.Downloads;

namespace GpuQuant.Data.Text;

/// <summary>
/// The test set <c>phrases-shifted</c> for <c>phrases</c>: opinions on restaurants, whose nouns the training texts lack, with more
/// negations and more clauses. Embedded, as <c>phrases</c> is.
/// </summary>
public sealed class ShiftedPhrasesTestSet : INaturalTestSet
{
    /// <inheritdoc/>
    public string Name => "phrases-shifted";

    /// <inheritdoc/>
    public string Description => "written opinions for phrases with other nouns, more negations and longer texts, 4,000 samples (embedded)";

    /// <inheritdoc/>
    public string DataSet => "phrases";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => [];

    /// <inheritdoc/>
    public IDataset Load(string dataDirectory) => PhrasesSource.LoadShifted();
}
