using GpuQuant.Data.Downloads;

namespace GpuQuant.Data;

/// <summary>
/// Clothes for nets that know digits: inputs far from everything they were trained on. The labels are the clothes' classes, which no
/// digit net can name, so accuracy means nothing here (about a tenth by chance); look at uncertainties and at disagreements.
/// </summary>
public sealed class FashionMnistTestSet : INaturalTestSet
{
    /// <inheritdoc/>
    public string Name => "fashion_mnist";

    /// <inheritdoc/>
    public string Description =>
        "clothes instead of digits, 10,000 samples far from the training set; accuracy means nothing: the labels are clothes";

    /// <inheritdoc/>
    public string DataSet => "mnist";

    /// <inheritdoc/>
    public IReadOnlyList<RemoteFile> Files => FashionMnistSource.TestFiles;

    /// <inheritdoc/>
    public bool IsPresent(string dataDirectory) => FashionMnistSource.Has(dataDirectory, Files);

    /// <inheritdoc/>
    public IDataset Load(string dataDirectory) => FashionMnistSource.LoadTest(dataDirectory);
}
