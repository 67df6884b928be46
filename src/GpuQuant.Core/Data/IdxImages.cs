using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Puts a pair of IDX files, images and labels, together into a data set.</summary>
public static class IdxImages
{
    /// <summary>Finds both files in a data folder, plain or compressed, and reads them.</summary>
    /// <param name="name">The data set's name in result rows.</param>
    /// <param name="dataDirectory">The data folder.</param>
    /// <param name="folder">The set's subfolder: <c>mnist</c>.</param>
    /// <param name="prefix">How the files' names begin: <c>t10k</c> for <c>t10k-images-idx3-ubyte</c> and its labels.</param>
    /// <param name="sampleShape">The expected shape of a sample, height x width x 1.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="DataException">A file is missing, or as the other overload says.</exception>
    public static ImageDataset Load(string name, string dataDirectory, string folder, string prefix, Shape sampleShape, int classes) =>
        Load(name, DataDirectory.Require(dataDirectory, folder, $"{prefix}-images-idx3-ubyte"),
            DataDirectory.Require(dataDirectory, folder, $"{prefix}-labels-idx1-ubyte"), sampleShape, classes);

    /// <summary>Reads and checks both files.</summary>
    /// <param name="name">The data set's name in result rows.</param>
    /// <param name="imagePath">The image file: count x height x width bytes.</param>
    /// <param name="labelPath">The label file: count bytes.</param>
    /// <param name="sampleShape">The expected shape of a sample, height x width x 1.</param>
    /// <param name="classes">The number of classes.</param>
    /// <exception cref="DataException">
    /// A file is damaged, the images have another size, the counts differ or a label is outside the classes.
    /// </exception>
    public static ImageDataset Load(string name, string imagePath, string labelPath, Shape sampleShape, int classes)
    {
        var images = IdxReader.Read(imagePath, 3);
        if (images.Shape[1] != sampleShape[0] || images.Shape[2] != sampleShape[1])
            throw new DataException($"'{imagePath}' holds images of {images.Shape[1]}x{images.Shape[2]}, "
                + $"expected {sampleShape[0]}x{sampleShape[1]}; check that the file belongs to {name}.");
        var labels = IdxReader.Read(labelPath, 1);
        if (labels.Shape[0] != images.Shape[0])
            throw new DataException($"'{imagePath}' holds {images.Shape[0]} images but '{labelPath}' {labels.Shape[0]} labels; "
                + "fetch both files again or check that they belong together.");
        var wrong = labels.Bytes.IndexOfAnyExceptInRange((byte)0, (byte)(classes - 1));
        if (wrong >= 0)
            throw new DataException($"'{labelPath}' gives sample {wrong} the label {labels.Bytes[wrong]}, expected 0 to {classes - 1}; "
                + $"check that the file belongs to {name}.");
        return new ImageDataset(name, images.Bytes.ToArray(), labels.Bytes.ToArray(), sampleShape, classes);
    }
}
