namespace GpuQuant.Backends.Tests.Calls;

public sealed class ByteTableTests : ConformanceTests<ByteTableCall>
{
    public static TheoryData<string, int> Cases => TestDevices.Times([1, 17, 256, 8195]);

    [Theory, MemberData(nameof(Cases))]
    public void ByteTable_AnyCount_LooksUp(string device, int count)
    {
        using var bench = new Bench(device);
        var (input, table, output) = (Draw.Int8(1, count), Draw.UInt8(2, 256), bench.Output<byte>(count));
        Run(bench, new(bench.Input(input, count), bench.Input(table, 256), output.View),
            () => Verify.Same([.. input.Select(q => table[q + 128])], output.Result));
    }
}
