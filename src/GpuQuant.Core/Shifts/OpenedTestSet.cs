using GpuQuant.Data;

namespace GpuQuant.Shifts;

/// <summary>A test set of which it is known where it comes from; its samples are read or computed by <see cref="Load"/>.</summary>
public sealed class OpenedTestSet
{
    /// <summary>The unshifted test set.</summary>
    public const string OriginalOrigin = "original";

    /// <summary>Read from the published files of its suite.</summary>
    public const string PublishedOrigin = "published";

    /// <summary>Computed by our own code.</summary>
    public const string GeneratedOrigin = "generated";

    /// <summary>Computed, with overlaid pictures that the data folder holds.</summary>
    public const string GivenPicturesOrigin = "generated with published pictures";

    /// <summary>Computed, with overlaid pictures that are computed too.</summary>
    public const string OwnPicturesOrigin = "generated with own pictures";

    /// <summary>Collected elsewhere.</summary>
    public const string NaturalOrigin = "natural";

    private readonly Func<Action<int, int>?, CancellationToken, IDataset> _load;

    internal OpenedTestSet(string name, string origin, Func<Action<int, int>?, CancellationToken, IDataset> load) =>
        (Name, Origin, _load) = (name, origin, load);

    /// <summary>The name in result rows: <c>original</c>, <c>fog:2</c>.</summary>
    public string Name { get; }

    /// <summary>Where its samples come from, one of the constants of this class; stands in result rows.</summary>
    public string Origin { get; }

    /// <summary>The samples. Every call reads them anew; nothing is held between calls.</summary>
    /// <param name="progress">Told of the samples computed and of all; not called where nothing is to be computed.</param>
    /// <param name="cancellation">Stops a computation.</param>
    /// <exception cref="Numerics.DataException">The files are missing or damaged.</exception>
    public IDataset Load(Action<int, int>? progress = null, CancellationToken cancellation = default) => _load(progress, cancellation);
}
