using Xunit.Sdk;

namespace GpuQuant.Backends.Tests;

/// <summary>The harness must notice what a broken backend could do.</summary>
public sealed class HarnessTests : ConformanceTests<HarnessTests.ScriptedCall>, IDisposable
{
    private readonly Bench _bench = new("cpu");
    private readonly TensorView _input;
    private readonly TestTensor<byte> _output;

    public HarnessTests()
    {
        _input = _bench.Input<byte>([1, 2, 3], 3);
        _output = _bench.Output<byte>(3);
    }

    private static readonly byte[] Right = [7, 8, 9];

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void Run_RightOutput_Passes() => Run(() => Write(_output.View, 0, Right));

    [Fact]
    public void Run_WrongOutput_Fails() => AssertFails("Element 2 of 3: expected 9, got 4.", () => Write(_output.View, 0, [7, 8, 4]));

    [Fact]
    public void Run_ElementNotWritten_Fails() => AssertFails("Element 2 of 3: expected 9, got 255.", () => Write(_output.View, 0, [7, 8]));

    [Fact]
    public void Run_WritesBefore_Fails() => AssertFails("before the tensor", () => Write(_output.View, -1, [0, 7, 8, 9]));

    [Fact]
    public void Run_WritesBehind_Fails() => AssertFails("behind the tensor", () => Write(_output.View, 0, [7, 8, 9, 0]));

    [Fact]
    public void Run_ChangesInput_Fails() => AssertFails("changed an input", () => Write(_input, 1, [0]));

    [Fact]
    public void Run_SecondRunDiffers_Fails() => AssertFails("Collections differ", () =>
    {
        var (right, wrong, runs) = (Write(_output.View, 0, Right), Write(_output.View, 0, [7, 8, 4]), 0);
        return () => (runs++ % 2 == 0 ? right : wrong)();
    });

    [Fact]
    public void Run_AllocatesOnTheDevice_Fails() => AssertFails("Values differ", () =>
        Write(_output.View, 0, Right) + (() => _bench.Backend.Free(_bench.Backend.Allocate(1))));

    [Fact]
    public void Run_AllocatesOnTheHost_Fails() => AssertFails("bytes on the host", () =>
        Write(_output.View, 0, Right) + (() => GC.KeepAlive(new byte[100])));

    private Action Write(TensorView tensor, int start, byte[] bytes)
    {
        var part = new Storage("part", bytes.Length);
        part.Place(tensor.Storage.Memory, tensor.Storage.Offset + start);
        var view = new TensorView(part, DType.UInt8, new(bytes.Length));
        return () => _bench.Backend.Upload(bytes, view);
    }

    private void Run(Func<Action> bind) => Run(_bench, new(bind), () => Verify.Same(Right, _output.Result));

    private void AssertFails(string message, Func<Action> bind) =>
        Assert.Contains(message, Assert.ThrowsAny<XunitException>(() => Run(bind)).Message, StringComparison.Ordinal);

    /// <summary>A call that does what the test says.</summary>
    public sealed record ScriptedCall(Func<Action> Bind) : KernelCall
    {
        public override IEnumerable<TensorView> Reads => [];

        public override IEnumerable<TensorView> Writes => [];

        public override Action Prepare(IPrimitives primitives) => Bind();
    }
}
