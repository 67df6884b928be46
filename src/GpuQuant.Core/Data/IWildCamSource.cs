using GpuQuant.Data.Downloads;
using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>
/// iWildCam in its WILDS version 2 (Beery et al. 2020; Koh et al. 2021, "WILDS: a benchmark of in-the-wild distribution shifts"): pictures
/// of 182 kinds of animals from camera traps. Training samples are the split <c>train</c>, test samples <c>id_test</c>, which come from the
/// same cameras; <see cref="IWildCamOodTestSet"/> has those of other cameras. The pictures are read from their files when they are needed
/// (decoded ahead on all cores), never all held in memory.
/// </summary>
public sealed class IWildCamSource : IDataSource
{
    /// <inheritdoc/>
    public string Name => "iwildcam";

    /// <inheritdoc/>
    public string Description => "camera-trap photographs, 448x448 colour, 182 classes, 129,809 training samples (WILDS v2)";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => [];

    /// <inheritdoc/>
    public string ByHand => HowToGet;

    /// <inheritdoc/>
    public Preprocessing Preprocessing => Preprocessing.UnitRange;

    /// <inheritdoc/>
    public TrainingSchedule Schedule => new(Epochs: 10, BatchSize: 16)
    {
        Attack = AttackSchedule.Photographs with { Share = 0.3 },
    };

    internal const string HowToGet = "get iwildcam_v2.0.tar.gz (11 GB) from https://wilds.stanford.edu and unpack it into the data folder, "
        + "which then holds iwildcam_v2.0/metadata.csv and iwildcam_v2.0/train";

    /// <inheritdoc/>
    public bool IsPresent(string dataDirectory) => IWildCamFolder.Find(dataDirectory) is not null;

    /// <inheritdoc/>
    public IDataset Load(DataPart part, string dataDirectory) => part == DataPart.Train
        ? IWildCamFolder.Load("iwildcam/train", "train", dataDirectory)
        : IWildCamFolder.Load("iwildcam/test", "id_test", dataDirectory);
}
