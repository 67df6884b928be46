using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Quantization;

/// <summary>
/// Whatever the net, integer kernels and float kernels on integer values give the same integers in every layer: each scheme that
/// deploys integers, each instruction set, and some nets on the GPU kernels too.
/// </summary>
public class RandomNetsTests
{
    private const int AllNets = 1000, Batch = 3, CalibrationImages = 2, NetsOnIlgpu = 12;

    private static readonly Lazy<string[]> Schemes = new(() =>
    {
        var (model, images) = RandomNets.Draw(1, Batch);
        using var backend = new CpuBackend(1);
        var calibration = new CalibrationData(backend, images, Preprocessing.UnitRange);
        return [.. Catalog.All<IQuantizer>()
            .Where(scheme => scheme.Quantize(model, calibration).Graph.Nodes.Any(node => node.Op is QuantizeOp))
            .Select(scheme => scheme.Name)];
    });

    public static TheoryData<string> IntegerSchemes => [.. Schemes.Value];

    [Theory]
    [MemberData(nameof(IntegerSchemes))]
    public void Layers_OfRandomNets_AreTheSameIntegersSimulatedAndNative(string scheme)
    {
        var backends = CpuIsa.Present.Select(isa => new CpuBackend(1, isa)).ToArray();
        var (nets, varied) = (AllNets / Schemes.Value.Length, 0);
        var first = Array.IndexOf(Schemes.Value, scheme) * nets;
        for (var seed = (ulong)first; seed < (ulong)(first + nets); seed++)
        {
            var (model, input) = Quantize(scheme, seed, backends[0]);
            byte[][]? expected = null;
            foreach (var backend in backends)
            {
                // Devices may round float layers in their own ways; a net that is integer throughout is the same on all.
                expected = IsInteger(model) ? expected : null;
                foreach (var arithmetic in Enum.GetValues<Arithmetic>())
                {
                    var actual = LayerOutputs.Of(backend, model, input, Batch, arithmetic);
                    expected ??= actual;
                    AssertSame(model, expected, actual, $"net {seed}, {arithmetic} on {backend.Isa}");
                }
            }
            varied += expected![^1].Distinct().Count() > 2 ? 1 : 0;
        }
        foreach (var backend in backends)
            backend.Dispose();
        // Were all outputs of most nets at the edge of the range, nothing would have been compared.
        Assert.InRange(varied, nets * 3 / 4, nets);
    }

    [Theory]
    [MemberData(nameof(IntegerSchemes))]
    public void Layers_OfRandomNetsOnIlgpu_AreTheSameIntegers(string scheme)
    {
        using var cpu = new CpuBackend(1);
        using var ilgpu = Devices.Open("ilgpu-cpu", Catalog.All<IBackendProvider>());
        for (var seed = 1UL; seed <= NetsOnIlgpu; seed++)
        {
            var (model, input) = Quantize(scheme, seed, cpu);
            var native = LayerOutputs.Of(ilgpu, model, input, Batch, Arithmetic.Native);
            AssertSame(model, native, LayerOutputs.Of(ilgpu, model, input, Batch, Arithmetic.Simulated), $"net {seed}, simulated");
            if (IsInteger(model))
                AssertSame(model, LayerOutputs.Of(cpu, model, input, Batch, Arithmetic.Native), native, $"net {seed}, on two devices");
        }
    }

    /// <summary>Calibrated on fewer images than are run: some values are beyond the ranges.</summary>
    private static (Model Model, float[] Input) Quantize(string scheme, ulong seed, Backend backend)
    {
        var (model, images) = RandomNets.Draw(seed, Batch);
        var calibration = new CalibrationData(backend, Subset.First(images, CalibrationImages), Preprocessing.UnitRange);
        return (Catalog.Get<IQuantizer>("quantizer", scheme).Quantize(model, calibration),
            Array.ConvertAll(images.Samples(Batch), b => b * Preprocessing.UnitRange.Scale));
    }

    private static bool IsInteger(Model model) =>
        model.Graph.Nodes.All(node => node.Op is InputOp || node.Output.Type != DType.Float32);

    private static void AssertSame(Model model, byte[][] expected, byte[][] actual, string where)
    {
        for (var i = 0; i < expected.Length; i++)
            Assert.True(expected[i].AsSpan().SequenceEqual(actual[i]), $"{model.Graph.Nodes[i].Name} differs: {where}.");
    }
}
