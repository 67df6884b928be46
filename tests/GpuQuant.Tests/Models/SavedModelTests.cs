using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Models;

public sealed class SavedModelTests : IDisposable
{
    private static readonly SavedModel Saved = new(
        new ModelCard("glyphs", "lenet1", "standard", ulong.MaxValue, 20),
        TestModels.Random(new Lenet1().Build(new Shape(28, 28, 1), 10), 1),
        new Preprocessing(1 / 255f, Draw.Normals(1, 784)));

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Write_AndRead_GivesTheSameModel()
    {
        var path = Saved.Write(_folder.File("deep/er"));
        Assert.Equal(_folder.File("deep/er/model.safetensors"), path);
        foreach (var read in new[] { SavedModel.Read(path), SavedModel.Read(_folder.File("deep/er")) })
        {
            Assert.Equal(Saved.Card, read.Card);
            Assert.Equal(GraphJson.Write(Saved.Model.Graph), GraphJson.Write(read.Model.Graph));
            Assert.Equal(Saved.Model.Parameters.Doubles(), read.Model.Parameters.Doubles());
            Assert.Equal(Saved.Preprocessing.Scale, read.Preprocessing.Scale);
            Assert.Equal(Saved.Preprocessing.Mean, read.Preprocessing.Mean);
        }
        Assert.Null(SavedModel.Read((Saved with { Preprocessing = Preprocessing.UnitRange }).Write(_folder.Path)).Preprocessing.Mean);
    }

    [Fact]
    public void Write_Halves_AreReadAsTheSameFloats()
    {
        var quantizer = new Coreml16Quantizer();
        using var backend = new GpuQuant.Backends.Cpu.CpuBackend(1);
        var halves = Saved with
        {
            Model = quantizer.Quantize(Saved.Model, new CalibrationData(backend, SmallImages.Random(1, 28, 28), Saved.Preprocessing)),
        };
        var path = halves.Write(_folder.File("half"), quantizer.Encode);
        Assert.Equal(DType.Float16, SafetensorsFile.Read(path).Tensors["conv1/kernel"].Type);
        Assert.True(new FileInfo(path).Length < new FileInfo(Saved.Write(_folder.Path)).Length * 0.7);
        Assert.Equal(halves.Model.Parameters.Doubles(), SavedModel.Read(path).Model.Parameters.Doubles());
    }

    [Fact]
    public void Write_Twice_GivesTheSameBytes() => Assert.Equal(
        File.ReadAllBytes(Saved.Write(_folder.File("a"))), File.ReadAllBytes(Saved.Write(_folder.File("b"))));

    [Fact]
    public void Read_AnyDamagedByte_IsADataError()
    {
        var good = File.ReadAllBytes(Saved.Write(_folder.Path));
        for (var i = 0; i < good.Length; i += 97)
        {
            var bad = good.ToArray();
            bad[i] ^= 16;
            Assert.Throws<DataException>(() => SavedModel.Read(_folder.Write("bad", bad)));
        }
    }

    [Fact]
    public void Read_FolderWithoutAModel_NamesTheMissingFile() => Assert.Equal(
        $"There is no file {_folder.File("model.safetensors")}.",
        Assert.Throws<DataException>(() => SavedModel.Read(_folder.Path)).Message);

    [Fact]
    public void Read_FileThatIsNoModel_SaysSo()
    {
        new SafetensorsFile(new Dictionary<string, Tensor>(), new Dictionary<string, string> { ["epoch"] = "1" }).Write(_folder.File("x"));
        Assert.Contains("is no GpuQuant model of format 1, but of format 'unknown'",
            Assert.Throws<DataException>(() => SavedModel.Read(_folder.File("x"))).Message);
    }

    [Theory]
    [InlineData("graph", null)]
    [InlineData("graph", "{}")]
    [InlineData("seed", "-1")]
    [InlineData("epochs", "many")]
    [InlineData("scale", null)]
    [InlineData("dataset", null)]
    [InlineData("gpuquant", "2")]
    public void Read_MetadataMissingOrWrong_IsADataError(string key, string? value)
    {
        var (tensors, metadata) = SafetensorsFile.Read(Saved.Write(_folder.Path));
        var changed = metadata.Where(m => m.Key != key).ToDictionary();
        if (value is not null)
            changed[key] = value;
        new SafetensorsFile(tensors, changed).Write(_folder.File("changed"));
        Assert.Throws<DataException>(() => SavedModel.Read(_folder.File("changed")));
    }

    /// <summary>A file whose graph needs other parameters than it holds would fail only when used.</summary>
    [Fact]
    public void Read_ParametersThatDoNotFitTheGraph_IsADataErrorThatNamesOne()
    {
        var (tensors, metadata) = SafetensorsFile.Read(Saved.Write(_folder.Path));
        var missing = tensors.Where(t => t.Key != "conv2/bias").ToDictionary();
        new SafetensorsFile(missing, metadata).Write(_folder.File("missing"));
        Assert.Contains("'conv2/bias'", Assert.Throws<DataException>(() => SavedModel.Read(_folder.File("missing"))).Message);
        missing["conv2/bias"] = new Tensor(DType.Float32, new Shape(13));
        new SafetensorsFile(missing, metadata).Write(_folder.File("wrong"));
        Assert.Contains("'conv2/bias'", Assert.Throws<DataException>(() => SavedModel.Read(_folder.File("wrong"))).Message);
    }
}
