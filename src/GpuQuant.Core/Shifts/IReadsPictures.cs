namespace GpuQuant.Shifts;

/// <summary>
/// A shift that overlays pictures of the data folder where they are there, and pictures of its own making otherwise. The catalogue's
/// entry knows no data folder and uses its own; the names of its sets tell which were used.
/// </summary>
public interface IReadsPictures
{
    /// <summary>The same shift with the data folder's pictures, or with its own where the folder has none.</summary>
    /// <param name="dataDirectory">The data folder, <c>--data-dir</c>.</param>
    IShift WithPictures(string dataDirectory);
}
