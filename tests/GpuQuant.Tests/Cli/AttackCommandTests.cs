using GpuQuant.Backends.Cpu;
using GpuQuant.Cli;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Cli;

/// <summary>The attack command: rows before and after for each model, the same bytes again, wrong input.</summary>
public sealed class AttackCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public AttackCommandTests()
    {
        var model = TrainedNets.Get("lenet5");
        Write("float32", model);
        using var backend = new CpuBackend(2);
        Write("tflite8", Catalog.Get<IQuantizer>("quantizer", "tflite8")
            .Quantize(model, new(backend, Glyphs.Training(100), Preprocessing.UnitRange)));
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--eps 0.1", "pgd10-0.1")]
    [InlineData("--attack fgsm --eps 0.1", "fgsm-0.1")]
    [InlineData("--attack-norm l2 --eps 1.5 --attack-steps 5 --no-random-start", "pgd5-l2-1.5")]
    public async Task Attack_AModelAndItsQuantizedVersion_GivesARowForEach(string options, string testSet)
    {
        var command = $"--model {_folder.File("float32")} --quantized {_folder.File("tflite8")} --count 60 {options}";
        Assert.Equal(0, (await Run($"{command} --out {_folder.File("out")}")).Code);
        var cells = File.ReadAllLines(_folder.File("out/rq1.csv")).Skip(1).Select(line => line.Split(','));
        Assert.Equal(new HashSet<string> { "float32 original", $"float32 {testSet}", "tflite8 original", $"tflite8 {testSet}" },
            cells.Select(cell => $"{cell[4]} {cell[5]}").ToHashSet());
        await Run($"{command} --out {_folder.File("again")}");
        Assert.Equal(File.ReadAllBytes(_folder.File("out/rq1.csv")), File.ReadAllBytes(_folder.File("again/rq1.csv")));
    }

    [Theory]
    [InlineData("--model {f}/tflite8", "The model is quantized (tflite8) and has no gradient to attack it by")]
    [InlineData("--model {f}/float32 --quantized {f}/tflite8,{f}/tflite8", "Two of the quantized models are of the same scheme, tflite8")]
    [InlineData("--model {f}/float32 --eps 2", "An attack of radius 2 (eps) was asked for; it must be above 0 and at most 1")]
    [InlineData("--model {f}/float32 --count 0", "--count takes a number from 1 on, got 0.")]
    public async Task Attack_WrongArgument_SaysSoAndWritesNothing(string options, string sentence)
    {
        var (code, error) = await Run($"{options.Replace("{f}", _folder.Path)} --out {_folder.File("out")}");
        Assert.Contains(sentence, error);
        Assert.Equal(2, code);
        Assert.False(Directory.Exists(_folder.File("out")));
    }

    private void Write(string quantizer, Model model) =>
        new SavedModel(new ModelCard("glyphs", "lenet5", "standard", 1, 3, quantizer), model, Preprocessing.UnitRange)
            .Write(_folder.File(quantizer));

    private static async Task<(int Code, string Error)> Run(string options)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.RunAsync(["attack", "--device", "cpu", .. options.Split(' ')], output, error);
        return (code, error.ToString());
    }
}
