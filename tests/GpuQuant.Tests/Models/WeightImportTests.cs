using System.IO.Compression;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Models;

/// <summary>Weights from elsewhere: layouts worked out by hand, and each misfit by name.</summary>
public sealed class WeightImportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A 1x2 image of 2 channels, two outputs: the kernel is (out, ky, kx, in) = 2x1x1x2, the dense one 3 x 4.</summary>
    private static readonly Graph Net = TestModels.Build(new Shape(1, 2, 2), (b, x) => b.Dense(b.Flatten(b.Conv2D(x, 2, kernel: 1)), 3));

    private static readonly string[] Keras = ["k = conv1/kernel hwio", "b = conv1/bias", "d = dense1/kernel io", "e = dense1/bias"];

    private static readonly string[] PyTorch =
        ["k = conv1/kernel oihw", "b = conv1/bias", "d = dense1/kernel chw # after a flattened image", "", "e = dense1/bias", "step = -"];

    [Fact]
    public void Read_KerasNpz_PutsInputsAndOutputsInPlace()
    {
        // hwio: element (0, 0, i, o) is 10 i + o; ours is (o, 0, 0, i): 0, 10 for output 0, then 1, 11.
        // io: element (i, o) is 10 i + o; ours is (o, i).
        var path = Npz(("k", [0, 1, 10, 11], [1, 1, 2, 2]), ("b", [5, 6], [2]), ("e", [7, 8, 9], [3]),
            ("d", [0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32], [4, 3]));
        var parameters = WeightImport.Read(path, Net, WeightMapping.Parse(Keras, "map")).Parameters;
        Assert.Equal([0, 10, 1, 11], parameters["conv1/kernel"].Span<float>().ToArray());
        Assert.Equal(new Shape(2, 1, 1, 2), parameters["conv1/kernel"].Shape);
        Assert.Equal([5, 6], parameters["conv1/bias"].Span<float>().ToArray());
        Assert.Equal([0, 10, 20, 30, 1, 11, 21, 31, 2, 12, 22, 32], parameters["dense1/kernel"].Span<float>().ToArray());
        Assert.Equal([7, 8, 9], parameters["dense1/bias"].Span<float>().ToArray());
    }

    [Fact]
    public void Read_PyTorchSafetensors_PutsChannelsLast()
    {
        // oihw with one pixel is our order. chw: inputs are channel 0 pixel 0, channel 0 pixel 1, channel 1 pixel 0, channel 1 pixel 1;
        // ours are pixel 0 channel 0, pixel 0 channel 1, pixel 1 channel 0, pixel 1 channel 1: the middle two change places.
        var path = Safetensors(("k", [1, 2, 3, 4], [2, 2, 1, 1]), ("b", [5, 6], [2]), ("e", [7, 8, 9], [3]), ("step", [100], [1]),
            ("d", [0, 1, 2, 3, 10, 11, 12, 13, 20, 21, 22, 23], [3, 4]));
        var parameters = WeightImport.Read(path, Net, WeightMapping.Parse(PyTorch, "map")).Parameters;
        Assert.Equal([1, 2, 3, 4], parameters["conv1/kernel"].Span<float>().ToArray());
        Assert.Equal([0, 2, 1, 3, 10, 12, 11, 13, 20, 22, 21, 23], parameters["dense1/kernel"].Span<float>().ToArray());
    }

    [Fact]
    public void Read_SpatialKernels_FollowTheirDefinition()
    {
        // 2 outputs, 3x3, 2 inputs: every element's value says where it belongs.
        var net = TestModels.Build(new Shape(4, 4, 2), (b, x) => b.Conv2D(x, 2, kernel: 3));
        var (hwio, oihw, ours) = (new float[36], new float[36], new float[36]);
        for (var (o, n) = (0, 0); o < 2; o++)
            for (var y = 0; y < 3; y++)
                for (var x = 0; x < 3; x++)
                    for (var i = 0; i < 2; i++)
                        hwio[((y * 3 + x) * 2 + i) * 2 + o] = oihw[((o * 2 + i) * 3 + y) * 3 + x] = ours[((o * 3 + y) * 3 + x) * 2 + i] = ++n;
        foreach (var (layout, values, dims) in new[]
            { ("hwio", hwio, new[] { 3, 3, 2, 2 }), ("oihw", oihw, [2, 2, 3, 3]), ("same", ours, [2, 3, 3, 2]) })
        {
            var path = Safetensors(("k", values, dims), ("b", [0, 0], [2]));
            var mapping = WeightMapping.Parse([$"k = conv1/kernel {layout}", "b=conv1/bias"], "map");
            Assert.Equal(ours, WeightImport.Read(path, net, mapping).Parameters["conv1/kernel"].Span<float>().ToArray());
        }
    }

    [Fact]
    public void Read_OwnNames_NeedsNoMapping()
    {
        var model = Model.Initialize(Net, 3);
        var path = _folder.File("own.safetensors");
        new SafetensorsFile(model.Parameters.ToDictionary(p => p.Key, p => p.Value), new Dictionary<string, string>()).Write(path);
        foreach (var (name, tensor) in WeightImport.Read(path, Net).Parameters)
            Assert.Equal(model.Parameters[name].Bytes.ToArray(), tensor.Bytes.ToArray());
    }

    [Fact]
    public void Read_Misfits_NamesEachOfThem()
    {
        var path = Npz(("k", [0, 1, 10, 11], [2, 2, 1, 1]), ("b", [float.NaN, 6], [2]), ("more", [1], [1]));
        var error = Assert.Throws<DataException>(() => WeightImport.Read(path, Net, WeightMapping.Parse(
            ["k = conv1/kernel hwio", "b = conv1/bias", "d = dense1/kernel io", "x = conv9/bias"], "map")));
        Assert.Equal($"The arrays of '{path}' do not fit the net: 'k' is 2x2x1x1, 'conv1/kernel' needs 1x1x2x2 as hwio; 'b' holds values "
            + "that are infinite or no numbers; the array 'd' for 'dense1/kernel' is missing; no line of the mapping gives 'dense1/bias'; "
            + "the array 'more' is extra (map it to '-' to leave it out); the mapping gives 'x' to 'conv9/bias', which the net does not "
            + "have.", error.Message);
    }

    [Theory]
    [InlineData("k = conv1/kernel io", "'conv1/kernel' (2x1x1x2) cannot have the layout io")]
    [InlineData("k = conv1/kernel chw", "'conv1/kernel' (2x1x1x2) cannot have the layout chw")]
    public void Read_LayoutOfAnotherRank_SaysSo(string line, string sentence) => Assert.Contains(sentence, Assert.Throws<DataException>(
        () => WeightImport.Read(Npz(("k", [0, 1, 10, 11], [1, 1, 2, 2])), Net, WeightMapping.Parse([line], "map"))).Message);

    [Theory]
    [InlineData("kernel", "Line 2 of the mapping 'map', 'kernel', cannot be used: expected 'their/name = our/name'")]
    [InlineData("k = conv1/kernel whio", "expected 'their/name = our/name', and perhaps a layout: same, hwio, oihw, io, chw.")]
    [InlineData("a = conv1/kernel", "'a' has a line already.")]
    [InlineData("k = conv1/bias", "The mapping 'map' gives 'conv1/bias' to two arrays; each parameter takes one.")]
    public void Parse_BadLine_SaysWhich(string line, string sentence) => Assert.Contains(
        sentence, Assert.Throws<DataException>(() => WeightMapping.Parse(["a = conv1/bias", line], "map")).Message);

    [Fact]
    public void Read_WrongFiles_SaySo()
    {
        Assert.Equal("Weights are read from .safetensors or .npz files, not from 'w.h5'.",
            Assert.Throws<UsageException>(() => WeightImport.Read("w.h5", Net)).Message);
        Assert.Contains("cannot be read as an .npz archive",
            Assert.Throws<DataException>(() => WeightImport.Read(_folder.Write("cut.npz", [1, 2, 3]), Net)).Message);
        Assert.Contains("cannot be read as an .npz archive",
            Assert.Throws<DataException>(() => WeightImport.Read(_folder.File("none.npz"), Net)).Message);
        Assert.Contains("The mapping", Assert.Throws<DataException>(() => WeightMapping.Read(_folder.File("none.txt"))).Message);
    }

    private string Npz(params (string Name, float[] Values, int[] Dims)[] arrays)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.npz");
        using var zip = ZipFile.Open(path, ZipArchiveMode.Create);
        foreach (var (name, values, dims) in arrays)
        {
            NpyFile.Write(_folder.File("array.npy"), Tensor.From<float>(values, new Shape(dims)));
            zip.CreateEntryFromFile(_folder.File("array.npy"), $"{name}.npy");
        }
        return path;
    }

    private string Safetensors(params (string Name, float[] Values, int[] Dims)[] arrays)
    {
        var path = _folder.File($"{Guid.NewGuid():N}.safetensors");
        new SafetensorsFile(arrays.ToDictionary(a => a.Name, a => Tensor.From<float>(a.Values, new Shape(a.Dims))),
            new Dictionary<string, string>()).Write(path);
        return path;
    }
}
