using System.Diagnostics;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Training;

/// <summary>The command line as a real process, killed without warning in the middle of an epoch.</summary>
[Collection(AloneCollection.Name)]
public class KilledTrainingTests
{
    private const string Plain = "training.checkpoint.safetensors", Float = "float.checkpoint.safetensors",
        Quantized = "quantized.checkpoint.safetensors";

    private static readonly string[] Qat = ["--strategy", "qat", "--float-epochs", "1", "--quantize-after", "1",
        "--freeze-ranges-after", "2", "--freeze-batch-norm-after", "2", "--distill", "0.5"];

    [Fact]
    public Task Train_KilledAndStartedAgain_GivesTheUninterruptedBytes() => Check([], Plain, [Plain, SavedModel.FileName]);

    [Fact]
    public Task TrainQat_KilledInItsSecondPhase_GivesTheUninterruptedBytes() =>
        Check(Qat, Quantized, [Float, Quantized, SavedModel.FileName]);

    [Fact]
    public Task TrainAdversarialAndMixup_Killed_GivesTheUninterruptedBytes() =>
        Check(["--strategy", "adversarial+mixup", "--attack-steps", "2"], Plain, [Plain, SavedModel.FileName]);

    /// <summary>The process is killed when the named checkpoint has an epoch.</summary>
    private static async Task Check(string[] options, string checkpoint, string[] files)
    {
        var time = TestContext.Current.CancellationToken;
        using var whole = new TemporaryFolder();
        using var broken = new TemporaryFolder();
        using (var process = Start(whole.Path, options))
            await Finish(process, time);
        using (var process = Start(broken.Path, options))
        {
            while (!process.HasExited && EpochOf(broken, checkpoint) < 1)
                await Task.Delay(5, time);
            process.Kill();
            await process.WaitForExitAsync(time);
        }
        Assert.InRange(EpochOf(broken, checkpoint), 1, 2);
        Assert.False(File.Exists(broken.File(SavedModel.FileName)));
        using (var process = Start(broken.Path, options))
            await Finish(process, time);
        foreach (var name in files)
            Assert.True(File.ReadAllBytes(whole.File(name)).AsSpan().SequenceEqual(File.ReadAllBytes(broken.File(name))), name);
    }

    private static Process Start(string folder, string[] options)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "gpuquant.dll");
        string[] arguments = [program, "train", "--data", "glyphs", "--arch", "lenet1", "--epochs", "3", "--batch", "64", "--seed", "1",
            "--device", "cpu", "--out", folder, "--quiet", .. options];
        var host = Environment.ProcessPath is { } running && Path.GetFileNameWithoutExtension(running) == "dotnet" ? running : "dotnet";
        return Process.Start(new ProcessStartInfo(host, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }

    private static async Task Finish(Process process, CancellationToken cancellation)
    {
        var messages = await process.StandardError.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, messages);
    }

    /// <summary>Files are replaced whole, so that a checkpoint can be read at any moment.</summary>
    private static int EpochOf(TemporaryFolder folder, string checkpoint) => File.Exists(folder.File(checkpoint))
        ? int.Parse(SafetensorsFile.Read(folder.File(checkpoint), requireChecksum: true).Metadata["epoch"],
            System.Globalization.CultureInfo.InvariantCulture)
        : -1;
}
