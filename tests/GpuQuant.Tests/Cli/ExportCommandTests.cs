using GpuQuant.Cli;
using GpuQuant.Data;
using GpuQuant.Models;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Cli;

/// <summary>The export command: files, checks in ONNX Runtime, wrong input.</summary>
public sealed class ExportCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("", "lenet1 (float32): ")]
    [InlineData("--scheme onnx-qdq", "lenet1 (onnx-qdq): ")]
    [InlineData("--scheme onnx-qdq --format qlinear", "lenet1 (onnx-qdq): ")]
    [InlineData("--scheme tflite8", "lenet1 (tflite8): ")]
    [InlineData("--scheme coreml8", "lenet1 (coreml8): ")]
    public async Task Export_WithCheck_WritesTheFileAndComparesIt(string options, string line)
    {
        var (code, output, error) = await Run($"{options} --out {_folder.File("net.onnx")} --check --samples 50");
        Assert.Equal("", error);
        Assert.Equal(0, code);
        Assert.StartsWith(line, output);
        Assert.Contains("in ONNX Runtime, 50 test samples: 0 classes differ; the largest difference of a probability is ", output);
        Assert.Equal(["net.onnx"], Directory.GetFiles(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("--scheme int3", "Unknown quantizer 'int3'; did you mean int4? Known: ")]
    [InlineData("--format qoperator", "Argument 'qoperator' not recognized. Must be one of:")]
    [InlineData("--samples 0", "A check on 0 samples was asked for; at least 1 is needed.")]
    [InlineData("--scheme tflite16", "(DynamicConv2D) has no form in ONNX here")]
    [InlineData("--scheme int16x8", "(Quantize) has no form in ONNX here")]
    public async Task Export_WrongArgument_SaysSoAndWritesNothing(string options, string sentence)
    {
        var (code, _, error) = await Run($"{options} --out {_folder.File("net.onnx")}");
        Assert.Contains(sentence, error);
        Assert.Equal(2, code);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Export_OntoAFolder_SaysThatItCannotBeWritten()
    {
        Directory.CreateDirectory(_folder.File("taken"));
        var (code, _, error) = await Run($"--out {_folder.File("taken")}");
        Assert.Contains("Cannot write", error);
        Assert.Equal(3, code);
    }

    private async Task<(int Code, string Output, string Error)> Run(string options)
    {
        new SavedModel(new ModelCard("glyphs", "lenet1", "standard", 1, 3), TrainedNets.Get("lenet1"), Preprocessing.UnitRange)
            .Write(_folder.File("model"));
        using var output = new StringWriter();
        using var error = new StringWriter();
        string[] args = ["export", "--model", _folder.File("model"), "--device", "cpu",
            .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
        return (await CommandLine.RunAsync(args, output, error), output.ToString(), error.ToString());
    }
}
