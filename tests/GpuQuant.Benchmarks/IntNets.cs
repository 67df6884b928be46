using System.Diagnostics;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;

namespace GpuQuant.Benchmarks;

/// <summary>Whole nets in integers, quantization of the input and softmax included: images per second, the best of many runs.</summary>
internal static class IntNets
{
    private const double Seconds = 3;

    public static void Run()
    {
        foreach (var (name, size, batch) in new[] { ("lenet1", 28, 256), ("lenet5", 28, 256), ("resnet20", 32, 128), ("nin", 32, 128) })
            foreach (var threads in new[] { 1, 2 })
            {
                using var backend = new CpuBackend(threads);
                using var program = Compile(backend, name, new Shape(size, size, size == 28 ? 1 : 3), batch);
                program.Run();
                var least = double.PositiveInfinity;
                for (var begin = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begin).TotalSeconds < Seconds;)
                {
                    var start = Stopwatch.GetTimestamp();
                    program.Run();
                    least = Math.Min(least, Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
                Console.WriteLine($"{name,-9}batch {batch}, {threads} threads, {backend.Isa}: {batch / least:F0} images/s");
            }
    }

    private static GraphProgram Compile(CpuBackend backend, string name, Shape image, int batch)
    {
        var pixels = new byte[8 * image.Count];
        new Random(1).NextBytes(pixels);
        var images = new ImageDataset("noise", pixels, new byte[8], image, 10);
        var model = Model.Initialize(Catalog.Get<IArchitecture>("architecture", name).Build(image, 10), 1);
        var quantized = new Tflite8Quantizer().Quantize(model, new CalibrationData(backend, images, Preprocessing.UnitRange));
        return GraphProgram.ForInference(quantized.Graph, new DeviceParameters(backend, quantized), backend, batch);
    }
}
