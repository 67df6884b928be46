using GpuQuant.Data.Downloads;

namespace GpuQuant.Data;

/// <summary>The test split of iWildCam (WILDS version 2): the same kinds of animals before cameras that training never saw.</summary>
public sealed class IWildCamOodTestSet : INaturalTestSet
{
    /// <inheritdoc/>
    public string Name => "ood";

    /// <inheritdoc/>
    public string Description => "iWildCam's split test: photographs by cameras at other places than the training set's (WILDS v2)";

    /// <inheritdoc/>
    public string DataSet => "iwildcam";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => [];

    /// <inheritdoc/>
    public string ByHand => IWildCamSource.HowToGet;

    /// <inheritdoc/>
    public bool IsPresent(string dataDirectory) => IWildCamFolder.Find(dataDirectory) is not null;

    /// <inheritdoc/>
    public IDataset Load(string dataDirectory) => IWildCamFolder.Load("iwildcam/ood", "test", dataDirectory);
}
