using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Experiments;
using GpuQuant.Graphs;
using GpuQuant.Quantization;
using GpuQuant.Quantization.Schemes;
using GpuQuant.Training;
using GpuQuant.Training.Optimizers;

namespace GpuQuant.Peers;

/// <summary>A net on our cpu backend, with everything that its program needs.</summary>
internal sealed class OurNet : IDisposable
{
    private readonly DeviceParameters _parameters;

    private OurNet(CpuBackend backend, Model model, Func<CpuBackend, DeviceParameters, GraphProgram> program, bool withGradients)
    {
        Backend = backend;
        _parameters = new DeviceParameters(backend, model, withGradients);
        Program = program(backend, _parameters);
        BenchInputs.Fill(backend, Program);
    }

    public CpuBackend Backend { get; }

    public GraphProgram Program { get; }

    /// <summary>A training step: forward, loss, backward, Adam.</summary>
    public static OurNet Training(PeerNet net, int threads) => Training(net.Model(), net.Batch, threads);

    /// <summary>The same of any model: one with fake-quantizers, for instance.</summary>
    public static OurNet Training(Model model, int batch, int threads) => new(new CpuBackend(threads), model, (backend, parameters) =>
    {
        var adam = new Adam().Start(parameters);
        adam.Prepare(backend, 1);
        return GraphProgram.ForTraining(model.Graph, parameters, backend, batch, new SoftmaxCrossEntropyLoss(), adam.Calls);
    }, withGradients: true);

    /// <summary>The forward pass of the float net.</summary>
    public static OurNet Inference(PeerNet net, int threads) => Inference(net, net.Model(), new CpuBackend(threads));

    /// <summary>The forward pass of the tflite8 net, in integers.</summary>
    public static OurNet Integer(PeerNet net, int threads)
    {
        var backend = new CpuBackend(threads);
        var calibration = new CalibrationData(backend, new NoiseDataset(net), Preprocessing.UnitRange);
        return Inference(net, new Tflite8Quantizer().Quantize(net.Model(), calibration), backend);
    }

    /// <summary>The probabilities of one run.</summary>
    public float[] Output(float[] pixels)
    {
        Backend.Upload(MemoryMarshal.AsBytes(pixels.AsSpan()), Program.Input);
        Program.Run();
        var output = new float[Program.Output.Count];
        Backend.Download(Program.Output, MemoryMarshal.AsBytes(output.AsSpan()));
        return output;
    }

    public void Dispose()
    {
        Program.Dispose();
        _parameters.Dispose();
        Backend.Dispose();
    }

    private static OurNet Inference(PeerNet net, Model model, CpuBackend backend) =>
        new(backend, model, (device, parameters) => GraphProgram.ForInference(model.Graph, parameters, device, net.Batch), false);
}
