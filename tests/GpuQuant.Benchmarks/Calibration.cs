using System.Diagnostics;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Parts;
using GpuQuant.Quantization.Schemes;

namespace GpuQuant.Benchmarks;

/// <summary>
/// Calibration with each range rule beside a plain inference of the same images: milliseconds and their ratio, medians of five
/// alternating turns. Calibration is all that a quantizer does: folding, observing, searching ranges, lowering.
/// </summary>
internal static class Calibration
{
    private const int Images = 1000, Turns = 5;

    public static void Run(int threads)
    {
        using var backend = new CpuBackend(threads);
        foreach (var (name, size) in new[] { ("lenet5", 28), ("resnet20", 32) })
        {
            var image = new Shape(size, size, size == 28 ? 1 : 3);
            var images = Noise(image);
            var model = Model.Initialize(Catalog.Get<IArchitecture>("architecture", name).Build(image, 10), 1);
            using var predictor = new Predictor(backend, model, Preprocessing.UnitRange);
            var calibration = new CalibrationData(backend, images, Preprocessing.UnitRange) { Samples = Images };
            foreach (var rule in new[] { "minmax", "average:0.9", "percentile:99.99", "mse", "kl" })
            {
                var (plain, calibrated) = (new double[Turns + 1], new double[Turns + 1]);
                for (var turn = 0; turn <= Turns; turn++)
                {
                    plain[turn] = Milliseconds(() => predictor.Run<float>(images));
                    calibrated[turn] = Milliseconds(() =>
                        new Tflite8Quantizer().Quantize(model, calibration with { Range = RangeRule.Parse(rule) }));
                }
                var (inference, quantization) = (Median(plain[1..]), Median(calibrated[1..]));
                Console.WriteLine(FormattableString.Invariant($"{name,-9}{rule,-17}{Images} images, {threads} threads, {backend.Isa}: ")
                    + FormattableString.Invariant($"inference {inference:F0} ms, calibration {quantization:F0} ms, ")
                    + FormattableString.Invariant($"ratio {quantization / inference:F2}"));
            }
        }
    }

    private static ImageDataset Noise(Shape image)
    {
        var pixels = new byte[Images * image.Count];
        new Random(1).NextBytes(pixels);
        return new ImageDataset("noise", pixels, new byte[Images], image, 10);
    }

    private static double Milliseconds(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    private static double Median(double[] values) => values.Order().ElementAt(values.Length / 2);
}
