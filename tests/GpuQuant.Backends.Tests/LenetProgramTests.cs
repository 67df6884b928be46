using System.Runtime.InteropServices;
using GpuQuant.Data;
using GpuQuant.Data.Drawn;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Backends.Tests;

/// <summary>Whole nets on every device: training goes as on the cpu, integer models give the very same integers, memory stands still.</summary>
public sealed class LenetProgramTests
{
    private const int Batch = 16, Steps = 4;

    public static TheoryData<string, string> Cases => TestDevices.Times(["lenet1", "lenet5"]);

    [Theory, MemberData(nameof(Cases))]
    public void Training_OnAnyDevice_GoesAsOnTheCpu(string device, string architecture)
    {
        var expected = Train("cpu", architecture);
        var actual = Train(device, architecture);
        for (var step = 0; step < Steps; step++)
        {
            // The steps differ in the order of sums of at most 3,136 products, relative 3,136 x 2^-24 if all errors agreed; Adam's first
            // steps pass the gradient's sign on, so parameters whose gradient is nearly 0 may move apart by the step size, 1e-3.
            Assert.Equal(expected.Losses[step], actual.Losses[step], 2e-3 * Batch);
            Assert.True(float.IsFinite(actual.Losses[step]));
        }
        Assert.True(actual.Losses[^1] < actual.Losses[0], "the loss did not fall");
        var far = expected.Parameters.Zip(actual.Parameters).Count(p => Math.Abs(p.First - p.Second) > 1e-4);
        Assert.True(far < expected.Parameters.Length / 50, $"{far} of {expected.Parameters.Length} parameters are off by more than 1e-4");
        Assert.Equal(0, actual.AllocationsWhileRunning);
    }

    [Theory, MemberData(nameof(Cases))]
    public void IntegerModel_OnAnyDeviceInBothArithmetics_GivesTheSameIntegers(string device, string architecture)
    {
        var source = new GlyphsSource();
        var data = Subset.First(source.Load(DataPart.Test, ""), 20);
        var cpu = TestDevices.Open("cpu");
        var model = Model.Initialize(Catalog.Get<IArchitecture>("architecture", architecture).Build(data.SampleShape, data.Classes), 3);
        var quantized = new Tflite8Quantizer().Quantize(model, new CalibrationData(cpu, data, source.Preprocessing));
        foreach (var layer in quantized.Graph.Nodes.Where(node => node.Output.Type == DType.Int8))
        {
            using var reference = new Predictor(cpu, quantized, source.Preprocessing, 20, Arithmetic.Native, layer.Name);
            var expected = reference.Run<sbyte>(data);
            foreach (var arithmetic in Enum.GetValues<Arithmetic>())
            {
                using var predictor = new Predictor(TestDevices.Open(device), quantized, source.Preprocessing, 20, arithmetic, layer.Name);
                Assert.Equal(expected, predictor.Run<sbyte>(data));
            }
        }
    }

    private static (float[] Losses, float[] Parameters, long AllocationsWhileRunning) Train(string device, string architecture)
    {
        var backend = TestDevices.Open(device);
        var source = new GlyphsSource();
        var data = source.Load(DataPart.Train, "");
        var graph = Catalog.Get<IArchitecture>("architecture", architecture).Build(data.SampleShape, data.Classes);
        using var parameters = new DeviceParameters(backend, Model.Initialize(graph, 1), withGradients: true);
        var optimizer = new Adam().Start(parameters);
        using var program = GraphProgram.ForTraining(graph, parameters, backend, Batch, new SoftmaxCrossEntropyLoss(), optimizer.Calls);
        var loader = new BatchLoader(data, source.Preprocessing, Batch);
        var (losses, statistics, targets) = (new float[Steps], new float[2], new float[Batch * data.Classes]);
        for (var i = 0; i < Batch; i++)
            targets[i * data.Classes + data.Label(i)] = 1;
        backend.Upload(MemoryMarshal.AsBytes(targets.AsSpan()), program.Targets!);
        var before = backend.AllocationCount;
        for (var step = 0; step < Steps; step++)
        {
            loader.Load([.. Enumerable.Range(0, Batch)], backend, program.Input);
            optimizer.Prepare(backend, step + 1);
            program.Run();
            backend.Download(program.Statistics!, MemoryMarshal.AsBytes(statistics.AsSpan()));
            losses[step] = statistics[0];
        }
        var allocations = backend.AllocationCount - before;
        var values = new float[parameters.Trainable!.Count];
        backend.Download(parameters.Trainable, MemoryMarshal.AsBytes(values.AsSpan()));
        return (losses, values, allocations);
    }
}
