using GpuQuant.Data;
using GpuQuant.Data.Downloads;

namespace GpuQuant.Shifts;

/// <summary>Turns a suite's fetched archive into the folder that its test sets are read from.</summary>
public static class SuiteArchive
{
    /// <summary>Unpacks <c>DIR/mnist-c/mnist_c.zip</c> into <c>DIR/mnist-c/mnist_c</c> and removes the archive.</summary>
    /// <param name="suite">The suite; its archives lie in the data folder and have been checked.</param>
    /// <param name="dataDirectory">The data folder.</param>
    /// <param name="progress">Told of the bytes unpacked so far; null for silence.</param>
    /// <param name="cancellation">Stops; nothing of the unpacked files remains.</param>
    /// <returns>The unpacked folder.</returns>
    /// <exception cref="Numerics.DataException">The archive is damaged or unsafe, or the folder cannot be written.</exception>
    public static string Unpack(IShiftSuite suite, string dataDirectory, Action<long>? progress = null,
        CancellationToken cancellation = default)
    {
        var folder = Path.Combine(dataDirectory, suite.Name);
        var target = Path.Combine(folder, suite.UnpackedFolder);
        foreach (var file in suite.Files)
        {
            var archive = Path.Combine(folder, file.Name);
            SafeArchive.Unpack(archive, target, suite.Limits, suite.UnpackedFolder, progress, cancellation);
            File.Delete(archive);
        }
        return target;
    }
}
