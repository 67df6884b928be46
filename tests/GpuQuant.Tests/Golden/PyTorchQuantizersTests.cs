using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Numerics;
using GpuQuant.Quantization.Parts;
using GpuQuant.Tests.Support;
using static GpuQuant.Tests.Golden.PyTorchGolden;

namespace GpuQuant.Tests.Golden;

/// <summary>
/// Fake quantization, learned quantizers and observers against PyTorch; <c>tests/golden/quantizers.py</c> made the file and says what is
/// in it. Everything agrees to a millionth of the greatest value of its tensor.
/// </summary>
public sealed class PyTorchQuantizersTests : IDisposable
{
    private static readonly IReadOnlyDictionary<string, Tensor> Golden =
        SafetensorsFile.Read(Path.Combine(AppContext.BaseDirectory, "Golden", "quantizers.safetensors")).Tensors;

    private readonly CpuBackend _backend = new(2);
    private readonly DeviceTensors _device;

    public PyTorchQuantizersTests() => _device = new(_backend);

    public void Dispose()
    {
        _device.Dispose();
        _backend.Dispose();
    }

    [Theory]
    [InlineData("tensor", -128, 127)]
    [InlineData("channel", -7, 7)]
    public void FakeQuantize_WithFixedScales_IsPyTorchs(string name, int minimum, int maximum)
    {
        var (scales, zeroPoints) = Parameters(name);
        var inner = name == "channel" ? 50 : 1;
        var (x, y, dx) = (Input(name, "x"), Result(name, "x"), Result(name, "x"));
        _device.Run(new FakeQuantizeForwardCall(x, scales, zeroPoints, y, inner, minimum, maximum));
        _device.Run(new FakeQuantizeBackwardCall(x, scales, zeroPoints, Input(name, "dy"), dx, inner, minimum, maximum));
        Check(name, "y", y);
        Check(name, "dx", dx);
    }

    /// <summary>
    /// PyTorch learns scale s and zero point z, we s and the offset b = -s z. So dz = -s db, and PyTorch's ds, at a fixed z, is ours, at a
    /// fixed b, minus z db.
    /// </summary>
    [Theory]
    [InlineData("learnable_tensor", -8, 7, 0.25f)]
    [InlineData("learnable_channel", -7, 7, 0.125f)]
    public void LearnedScaleAndZeroPoint_HavePyTorchsGradients(string name, int minimum, int maximum, float factor)
    {
        var (scales, zeroPoints) = Parameters(name);
        var hasZero = name == "learnable_tensor";
        var (dx, ds) = (Result(name, "x"), Result(name, "scale"));
        var db = hasZero ? Result(name, "zero") : null;
        CheckForward(name, scales, zeroPoints, minimum, maximum);
        _device.Run(new LearnedQuantizeBackwardCall(
            Input(name, "x"), scales, zeroPoints, Input(name, "dy"), dx, ds, db, minimum, maximum, factor));
        Check(name, "dx", dx);
        if (db is null)
        {
            Check(name, "dscale", ds);
            return;
        }
        var (step, offset) = (_device.Fetch(ds)[0], _device.Fetch(db)[0]);
        var (scale, zero) = (Golden[$"{name}/scale"].Span<float>()[0], Golden[$"{name}/zero"].Span<float>()[0]);
        Near(Golden[$"{name}/dscale"], [step - zero * offset], $"{name}/dscale");
        Near(Golden[$"{name}/dzero"], [-scale * offset], $"{name}/dzero");
    }

    [Theory]
    [InlineData("lsq_weights", -7, 7)]
    [InlineData("lsq_activations", 0, 15)]
    [InlineData("lsq_plus", -8, 7)]
    public void Lsq_HasTheGradientsOfItsPapersFormulas(string name, int minimum, int maximum)
    {
        var offset = Golden.ContainsKey($"{name}/offset") ? Input(name, "offset") : null;
        var (scale, zeroPoint) = Step(name, "step", offset, StepStart.MeanMagnitude, minimum, maximum);
        var (dx, ds, db) = (Result(name, "x"), Result(name, "step"), offset is null ? null : Result(name, "offset"));
        CheckForward(name, scale, zeroPoint, minimum, maximum);
        var factor = (float)(1 / Math.Sqrt((double)dx.Count * maximum));
        _device.Run(new LearnedQuantizeBackwardCall(
            Input(name, "x"), scale, zeroPoint, Input(name, "dy"), dx, ds, db, minimum, maximum, factor));
        Check(name, "dx", dx);
        Check(name, "dstep", ds);
        if (db is not null)
            Check(name, "doffset", db);
    }

    [Fact]
    public void Pact_HasTheGradientsOfItsPapersFormulas()
    {
        var (scale, zeroPoint) = Step("pact", "clip", null, StepStart.Greatest, 0, 15);
        var (dx, clip) = (Result("pact", "x"), Result("pact", "clip"));
        CheckForward("pact", scale, zeroPoint, 0, 15);
        _device.Run(new LearnedQuantizeBackwardCall(
            Input("pact", "x"), scale, zeroPoint, Input("pact", "dy"), dx, clip, null, 0, 15, IsEndLearned: true));
        Check("pact", "dx", dx);
        Check("pact", "dclip", clip);
    }

    [Fact]
    public void DorefaWeights_HaveTheGradientsOfTheirPapersFormulas()
    {
        const string name = "dorefa_weights";
        var (tanh, y, dx) = (Result(name, "x"), Result(name, "x"), Result(name, "x"));
        var (greatest, zeroPoint) = (_device.New(DType.Float32, new Shape(1)), _device.New(DType.Int32, new Shape(1)));
        _device.Run(new ActivationForwardCall(Activation.Tanh, Input(name, "x"), tanh));
        _device.Run(new SymmetricRangeCall(tanh, greatest, zeroPoint, 1));
        _device.Run(new DorefaForwardCall(tanh, greatest, y, 15));
        _device.Run(new DorefaBackwardCall(tanh, greatest, Input(name, "dy"), dx));
        Check(name, "y", y);
        Check(name, "dx", dx);
    }

    [Fact]
    public void DorefaActivations_HaveTheGradientsOfTheirPapersFormulas()
    {
        const string name = "dorefa_activations";
        var scale = _device.Put(Tensor.From<float>([1f / 15], new Shape(1)));
        var (zeroPoint, dx) = (_device.New(DType.Int32, new Shape(1)), Result(name, "x"));
        CheckForward(name, scale, zeroPoint, 0, 15);
        _device.Run(new LearnedQuantizeBackwardCall(
            Input(name, "x"), scale, zeroPoint, Input(name, "dy"), dx, null, null, 0, 15));
        Check(name, "dx", dx);
    }

    /// <summary>Three batches, of which the range keeps three quarters each time.</summary>
    [Fact]
    public void MovingAverage_IsPyTorchsObserver()
    {
        var batches = Golden["average/x"].Span<float>().ToArray().Chunk(64).ToArray();
        var (range, batchRange) = (_device.New(DType.Float32, new Shape(2)), _device.New(DType.Float32, new Shape(2)));
        var (scale, zeroPoint) = (_device.New(DType.Float32, new Shape(1)), _device.New(DType.Int32, new Shape(1)));
        foreach (var batch in batches)
        {
            _device.Run(new FillCall(batchRange, 0));
            _device.Run(new MinMaxCall(_device.Put(Tensor.From<float>(batch, new Shape(64))), batchRange));
            _device.Run(new RangeUpdateCall(batchRange, range, scale, zeroPoint, 0.75f, -128, 127));
        }
        Check("average", "range", range);
        Check("average", "scale", scale);
        Assert.Equal(Golden["average/zero"].Span<float>()[0], _device.Fetch<int>(zeroPoint)[0]);
    }

    [Fact]
    public void MinMax_IsPyTorchsObserver()
    {
        var range = Golden["minmax/range"].Span<float>();
        var (scale, zeroPoint) = QuantizerSpec.Parse("int8 asymmetric tensor minmax").Cover(range[0], range[1]);
        Near(Golden["minmax/scale"], [scale], "scale");
        Assert.Equal(Golden["minmax/zero"].Span<float>()[0], zeroPoint);
    }

    /// <summary>PyTorch looks for the range of least error in another way and among other ranges: on the values themselves, the errors are the same to 1%.</summary>
    [Fact]
    public void MseOfAHistogram_IsAsSmallAsPyTorchsObservers()
    {
        var values = Golden["histogram/x"];
        var spec = QuantizerSpec.Parse("int8 asymmetric tensor mse");
        var ours = QuantizedTensor.Of(values, spec);
        var theirs = (Scale: Golden["histogram/scale"].Span<float>()[0], Zero: (int)Golden["histogram/zero"].Span<float>()[0]);
        var (our, their) = (Error(ours.Scales[0], ours.ZeroPoints[0]), Error(theirs.Scale, theirs.Zero));
        Assert.InRange(our / their, 0, 1.01);
        // The whole range, what both start from, is worse than or as good as ours.
        var (low, high) = (values.Span<float>().ToArray().Min(), values.Span<float>().ToArray().Max());
        var (whole, zero) = spec.Cover(low, high);
        Assert.True(our <= Error(whole, zero) * 1.001, $"ours {our}, whole {Error(whole, zero)}");

        double Error(float scale, int zeroPoint) =>
            values.Span<float>().ToArray().Average(x => Math.Pow(spec.FakeQuantize(x, scale, zeroPoint) - x, 2));
    }

    private (TensorView Scales, TensorView ZeroPoints) Parameters(string name)
    {
        var scales = Golden[$"{name}/scale"];
        int[] zeroPoints = Golden.TryGetValue($"{name}/zero", out var zero)
            ? [(int)zero.Span<float>()[0]]
            : new int[scales.Shape.Count];
        return (_device.Put(scales), _device.Put(Tensor.From<int>(zeroPoints, new Shape(zeroPoints.Length))));
    }

    private (TensorView Scale, TensorView ZeroPoint) Step(
        string name, string learned, TensorView? offset, StepStart start, int minimum, int maximum)
    {
        var (scale, zeroPoint) = (_device.New(DType.Float32, new Shape(1)), _device.New(DType.Int32, new Shape(1)));
        _device.Run(new LearnedStepCall(null, Input(name, learned), offset, scale, zeroPoint, start, minimum, maximum));
        return (scale, zeroPoint);
    }

    private void CheckForward(string name, TensorView scales, TensorView zeroPoints, int minimum, int maximum)
    {
        var y = Result(name, "x");
        _device.Run(new FakeQuantizeForwardCall(
            Input(name, "x"), scales, zeroPoints, y, y.Count / scales.Count, minimum, maximum));
        Check(name, "y", y);
    }

    private TensorView Input(string name, string tensor) => _device.Put(Golden[$"{name}/{tensor}"]);

    private TensorView Result(string name, string like) => _device.New(DType.Float32, Golden[$"{name}/{like}"].Shape);

    private void Check(string name, string tensor, TensorView actual) =>
        Near(Golden[$"{name}/{tensor}"], _device.Fetch(actual), $"{name}/{tensor}");

    private static void Near(Tensor expected, float[] actual, string what) =>
        Close(expected.Span<float>(), actual, 1e-6 * expected.Span<float>().ToArray().Max(Math.Abs), what);
}
