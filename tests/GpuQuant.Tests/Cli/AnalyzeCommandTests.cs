using GpuQuant.Cli;
using GpuQuant.Data;
using GpuQuant.Models;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Cli;

/// <summary>The analyze command: table, files, the same bytes again, wrong input.</summary>
public sealed class AnalyzeCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("tflite8")]
    [InlineData("onnx-qdq")]
    [InlineData("coreml8")]
    public async Task Analyze_ShiftedData_WritesTablesAndPictures(string scheme)
    {
        var options = $"--scheme {scheme} --test-set original,brightness --count 20 --sensitivity --cache-dir {_folder.File("cache")}";
        var (code, output, _) = await Run($"{options} --out {_folder.File("out")}");
        Assert.Equal(0, code);
        Assert.Contains("brightness", output);
        Assert.Contains("dense1", output);
        var files = Directory.GetFiles(_folder.File("out"), "*", SearchOption.AllDirectories)
            .ToDictionary(file => Path.GetRelativePath(_folder.File("out"), file));
        Assert.Equal(["costs.csv", "layers.csv", "model.safetensors", "pictures/activations.png", "pictures/activations.svg",
            "pictures/sensitivity.png", "pictures/sensitivity.svg", "pictures/sqnr.png", "pictures/sqnr.svg", "pictures/weights.png",
            "pictures/weights.svg"], files.Keys.Order(StringComparer.Ordinal));
        var lines = File.ReadAllLines(files["layers.csv"]);
        Assert.Equal("test_set,layer,op,values,mse,sqnr_db,cosine,greatest_error,own_mse,own_sqnr_db,own_cosine,own_greatest_error,"
            + "saturation_pct,dead_range_pct", lines[0]);
        Assert.All(lines, line => Assert.Equal(13, line.Count(c => c == ',')));
        Assert.Contains(lines, line => line.StartsWith("brightness,dense1,", StringComparison.Ordinal));
        await Run($"{options} --out {_folder.File("again")}");
        foreach (var (name, path) in files)
            Assert.True(File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(_folder.File($"again/{name}"))), name);
    }

    [Theory]
    [InlineData("--scheme int3", "Unknown quantizer 'int3'; did you mean int4? Known: ")]
    [InlineData("--scheme tflite8 --count 0", "An analysis of 0 samples was asked for; at least 1 is needed.")]
    [InlineData("--scheme tflite8 --test-set original,fogg", "Unknown test set 'fogg'; did you mean fog? Known: ")]
    [InlineData("--scheme tflite8 --test-set fog,fog", "The test set 'fog' is named twice; name each once.")]
    [InlineData("--scheme tflite8 --test-set original,fog:1,fog:2,fog:3,fog:4,fog:5,shear:1,shear:2,shear:3", "9 test sets were named")]
    [InlineData("--scheme tflite8 --test-set usps", "The test set 'usps' does not belong to glyphs, but to mnist.")]
    public async Task Analyze_WrongArgument_SaysSoAndWritesNothing(string options, string sentence)
    {
        var (code, _, error) = await Run($"{options} --out {_folder.File("out")}");
        Assert.Contains(sentence, error);
        Assert.Equal(2, code);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    [Fact]
    public async Task Analyze_QuantizedModel_AsksForTheTrainedOne()
    {
        var (code, _, error) = await Run($"--scheme tflite8 --out {_folder.File("out")}", quantizer: "tflite8");
        Assert.Contains("The model is quantized already (tflite8); give the trained model.", error);
        Assert.Equal(2, code);
    }

    private async Task<(int Code, string Output, string Error)> Run(string options, string quantizer = "float32")
    {
        new SavedModel(new ModelCard("glyphs", "lenet1", "standard", 1, 3, quantizer), TrainedNets.Get("lenet1"), Preprocessing.UnitRange)
            .Write(_folder.File("model"));
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] args = ["analyze", "--model", _folder.File("model"), "--device", "cpu",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return (await CommandLine.RunAsync(args, output, error), output.ToString(), error.ToString());
    }
}
