using GpuQuant.Data.Downloads;

namespace GpuQuant.Data.Drawn;

/// <summary>The out-of-distribution test set of <c>traps</c>: the same animals at 12 places that training never saw.</summary>
public sealed class TrapsOodTestSet : INaturalTestSet
{
    /// <inheritdoc/>
    public string Name => "traps-ood";

    /// <inheritdoc/>
    public string Description => "drawn animals before camera traps at 12 other places, 1,500 samples (embedded)";

    /// <inheritdoc/>
    public string DataSet => "traps";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => [];

    /// <inheritdoc/>
    public IDataset Load(string dataDirectory) => TrapsSource.LoadOod();
}
