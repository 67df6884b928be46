using GpuQuant.Numerics;

namespace GpuQuant.Data;

/// <summary>Puts a pair of .npy files, images and labels, together into a data set.</summary>
public static class NpyImages
{
    /// <summary>Reads and checks both files.</summary>
    /// <param name="name">The data set's name in result rows.</param>
    /// <param name="imagePath">The image file: bytes, count x height x width x channels.</param>
    /// <param name="labelPath">The label file: count bytes or integers of 32 or 64 bits.</param>
    /// <param name="sampleShape">The expected shape of a sample, height x width x channels.</param>
    /// <param name="classes">The number of classes, at most 256.</param>
    /// <exception cref="DataException">
    /// A file is missing or damaged, in Fortran order, of another type or shape, the counts differ or a label is outside the classes.
    /// </exception>
    public static ImageDataset Load(string name, string imagePath, string labelPath, Shape sampleShape, int classes)
    {
        var images = NpyFile.Read(imagePath);
        if (images.Type != DType.UInt8 || images.Shape.Rank != sampleShape.Rank + 1
            || !images.Shape.Equals(sampleShape.Prepend(images.Shape[0])))
            throw new DataException($"'{imagePath}' holds {images.Type} of {images.Shape}, expected {DType.UInt8} of COUNTx{sampleShape}; "
                + $"check that the file belongs to {name}.");
        var labels = NpyFile.Read(labelPath);
        if (!labels.Shape.Equals(new Shape(images.Shape[0])))
            throw new DataException($"'{labelPath}' holds labels of shape {labels.Shape}, expected {images.Shape[0]} of them, as many as "
                + $"'{imagePath}' holds images; check that the files belong together.");
        return new ImageDataset(name, images.Bytes.ToArray(), Bytes(labels, labelPath, name, classes), sampleShape, classes);
    }

    private static byte[] Bytes(Tensor labels, string path, string name, int classes)
    {
        var values = Integers(labels, path, $"check that the file belongs to {name}");
        var wrong = Array.FindIndex(values, value => value < 0 || value >= classes);
        return wrong < 0 ? Array.ConvertAll(values, value => (byte)value) : throw new DataException(
            $"'{path}' gives sample {wrong} the label {values[wrong]}, expected 0 to {classes - 1}; "
            + $"check that the file belongs to {name}.");
    }

    /// <summary>Labels as whole numbers, whatever their type.</summary>
    /// <param name="labels">What the file holds.</param>
    /// <param name="path">The file, for the error.</param>
    /// <param name="advice">What to do, for the error.</param>
    /// <exception cref="DataException">They are no bytes or integers of 32 or 64 bits.</exception>
    internal static long[] Integers(Tensor labels, string path, string advice) => labels.Type switch
    {
        DType.UInt8 => Array.ConvertAll(labels.Bytes.ToArray(), label => (long)label),
        DType.Int32 => Array.ConvertAll(labels.Span<int>().ToArray(), label => (long)label),
        DType.Int64 => labels.Span<long>().ToArray(),
        var type => throw new DataException($"'{path}' holds labels of {type}, expected whole numbers (uint8, int32 or int64); {advice}."),
    };
}
