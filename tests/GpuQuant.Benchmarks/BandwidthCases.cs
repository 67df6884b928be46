using GpuQuant.Backends;
using GpuQuant.Numerics;

namespace GpuQuant.Benchmarks;

/// <summary>The calls beside matrix products and convolutions, at shapes of the training steps of lenet5, resnet20 and nin.</summary>
internal sealed class BandwidthCases(Backend backend)
{
    private static readonly Shape Resnet = new(128, 32, 32, 16), Nin = new(128, 32, 32, 192);
    private readonly Random _random = new(1);

    public IEnumerable<(string Name, KernelCall Call)> All() =>
    [
        .. BatchNorm("resnet20 stage 1", Resnet), .. BatchNorm("resnet20 stage 3", new(128, 8, 8, 64)), .. BatchNorm("nin block 1", Nin),
        .. Pool("lenet5 pool 1", PoolKind.Max, new(256, 28, 28, 6), Window2D.Valid(28, 28, 2, 2)),
        .. Pool("lenet5 pool 2", PoolKind.Max, new(256, 14, 14, 16), Window2D.Valid(14, 14, 2, 2)),
        .. Pool("nin pool 1", PoolKind.Max, new(128, 32, 32, 96), Window2D.Same(32, 32, 3, 2)),
        .. Pool("nin pool 2", PoolKind.Max, new(128, 16, 16, 192), Window2D.Same(16, 16, 3, 2)),
        .. Pool("resnet20 average", PoolKind.Average, new(128, 8, 8, 64), Window2D.Valid(8, 8, 8, 8)),
        .. Maps(Resnet), .. Quantizing(Resnet), .. Losses(),
    ];

    private IEnumerable<(string, KernelCall)> BatchNorm(string name, Shape shape)
    {
        var (x, y, moments, c) = (Tensor(shape), Tensor(shape), Tensor(new(4, shape[3])), new Shape(shape[3]));
        var (gamma, beta, mean, inverse) = (Tensor(c), Tensor(c), Tensor(c), Tensor(c));
        var (runningMean, runningVariance, dGamma, dBeta) = (Tensor(c), Tensor(c), Tensor(c), Tensor(c));
        yield return ($"{name}: moments", new MomentsCall(x, moments));
        yield return ($"{name}: normalize and relu", new BatchNormForwardCall(
            x, moments, gamma, beta, y, mean, inverse, runningMean, runningVariance, 1e-3f, 0.99f, Activation.Relu));
        yield return ($"{name}: gradient with relu", new BatchNormBackwardCall(
            x, gamma, beta, mean, inverse, Tensor(shape), y, dGamma, dBeta, Activation.Relu));
        yield return ($"{name}: inference", new BatchNormInferenceCall(x, gamma, beta, mean, inverse, y, 1e-3f, Activation.Relu));
    }

    private IEnumerable<(string, KernelCall)> Pool(string name, PoolKind kind, Shape shape, Window2D window)
    {
        var outShape = new Shape(shape[0], window.OutHeight, window.OutWidth, shape[3]);
        var (x, y, dy, dx) = (Tensor(shape), Tensor(outShape), Tensor(outShape), Tensor(shape));
        yield return ($"{name}: forward", new Pool2DForwardCall(kind, x, y, window));
        yield return ($"{name}: gradient", new Pool2DBackwardCall(kind, x, y, dy, dx, window)
        {
            Activation = kind == PoolKind.Max ? Activation.Relu : Activation.None,
        });
    }

    private IEnumerable<(string, KernelCall)> Maps(Shape shape)
    {
        var (a, b, y, rate) = (Tensor(shape), Tensor(shape), Tensor(shape), Tensor(new(1)));
        var parameters = new Shape(966_986); // nin's
        var (p, g, m, v) = (Tensor(parameters), Tensor(parameters), Tensor(parameters), Tensor(parameters));
        yield return ("add", new BinaryCall(BinaryKind.Add, a, b, y));
        yield return ("relu", new ActivationForwardCall(Activation.Relu, a, y));
        yield return ("relu gradient", new ActivationBackwardCall(Activation.Relu, a, b, y));
        yield return ("scaled add", new ScaledAddCall(0.5f, a, y));
        yield return ("fill", new FillCall(y, 1));
        yield return ("adam, nin", new AdamCall(p, g, m, v, rate, 0.9f, 0.999f, 1e-7f));
        yield return ("sgd, nin", new SgdCall(p, g, m, rate, 0.9f, true));
        yield return ("column sums, 16", new ReduceRowsCall(a, Tensor(new(16))));
        yield return ("column sums, lenet5 6", new ReduceRowsCall(Tensor(new(256, 28, 28, 6)), Tensor(new(6))));
        yield return ("range", new MinMaxCall(a, Tensor(new(2))));
    }

    private IEnumerable<(string, KernelCall)> Quantizing(Shape shape)
    {
        var (x, dy, y, bytes) = (Tensor(shape), Tensor(shape), Tensor(shape), Tensor(shape, DType.Int8));
        var (scale, scales) = (Tensor(new(1)), Tensor(new(16)));
        var (zeroPoint, zeroPoints) = (Tensor(new(1), DType.Int32), Tensor(new(16), DType.Int32));
        yield return ("fake-quantize", new FakeQuantizeForwardCall(x, scale, zeroPoint, y, 1, -128, 127));
        yield return ("fake-quantize per channel", new FakeQuantizeForwardCall(x, scales, zeroPoints, y, 1, -128, 127));
        yield return ("fake-quantize gradient", new FakeQuantizeBackwardCall(x, scale, zeroPoint, dy, y, 1, -128, 127));
        yield return ("quantize", new QuantizeCall(x, bytes, 0.05f, 3));
        yield return ("dequantize", new DequantizeCall(bytes, y, 0.05f, 3));
        yield return ("quantize rows", new QuantizeRowsCall(x, bytes, Tensor(new(128)), Tensor(new(128), DType.Int32)));
    }

    private IEnumerable<(string, KernelCall)> Losses()
    {
        var shape = new Shape(256, 10);
        yield return ("softmax, 256 x 10", new SoftmaxCall(Tensor(shape), Tensor(shape)));
        yield return ("softmax cross-entropy, 256 x 10", new SoftmaxCrossEntropyCall(
            Tensor(shape), Tensor(shape), Tensor(new(256, 2)), Tensor(shape)));
    }

    private TensorView Tensor(Shape shape, DType type = DType.Float32)
    {
        var tensor = TensorView.Allocate(backend, "benchmark", type, shape);
        if (type == DType.Float32)
        {
            // Positive and negative ones, as often as not: what a relu sees.
            var values = new float[tensor.Count];
            for (var i = 0; i < values.Length; i++)
                values[i] = _random.NextSingle() - (values.Length > 1000 ? 0.5f : 0);
            backend.Upload(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values), tensor);
        }
        return tensor;
    }
}
