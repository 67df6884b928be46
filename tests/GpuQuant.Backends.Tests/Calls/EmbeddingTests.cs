namespace GpuQuant.Backends.Tests.Calls;

public sealed class EmbeddingTests : ConformanceTests<EmbeddingCall>
{
    public static TheoryData<string, (int Tokens, int Words, int Width)> Cases =>
        TestDevices.Times([(1, 1, 1), (7, 3, 5), (131, 17, 16), (67, 1031, 33)]);

    public static TheoryData<string> DeviceNames => [.. TestDevices.Names];

    [Theory, MemberData(nameof(Cases))]
    public void Embedding_AnySize_TakesTheRows(string device, (int Tokens, int Words, int Width) c)
    {
        using var bench = new Bench(device);
        var (tokens, table) = (Draw.Integers(1, c.Tokens, 0, c.Words - 1), Draw.Normals(2, c.Words * c.Width));
        var output = bench.Output<float>(1, c.Tokens, c.Width);
        Run(bench, new(bench.Input(tokens, 1, c.Tokens), bench.Input(table, c.Words, c.Width), output.View),
            () => Verify.Same([.. tokens.SelectMany(token => table.Skip(token * c.Width).Take(c.Width))], output.Result));
    }

    [Theory, MemberData(nameof(DeviceNames))]
    public void Embedding_NumbersOutsideTheTable_GiveNaN(string device)
    {
        using var bench = new Bench(device);
        var output = bench.Output<float>(1, 3, 2);
        Run(bench, new(bench.Input([-1, 1, 2], 1, 3), bench.Input([1f, 2, 3, 4], 2, 2), output.View),
            () => Verify.Same([float.NaN, float.NaN, 3, 4, float.NaN, float.NaN], output.Result));
    }

    [Theory, MemberData(nameof(Cases))]
    public void Embedding_Int8_TakesTheRows(string device, (int Tokens, int Words, int Width) c)
    {
        using var bench = new Bench(device);
        var (tokens, table) = (Draw.Integers(1, c.Tokens, 0, c.Words - 1), Draw.Int8(2, c.Words * c.Width));
        var output = bench.Output<sbyte>(1, c.Tokens, c.Width);
        Run(bench, new(bench.Input(tokens, 1, c.Tokens), bench.Input(table, c.Words, c.Width), output.View),
            () => Verify.Same([.. tokens.SelectMany(token => table.Skip(token * c.Width).Take(c.Width))], output.Result));
    }

    [Theory, MemberData(nameof(DeviceNames))]
    public void Embedding_Int8_NumbersOutsideTheTable_Give0(string device)
    {
        using var bench = new Bench(device);
        var output = bench.Output<sbyte>(1, 3, 2);
        Run(bench, new(bench.Input([-1, 1, 2], 1, 3), bench.Input<sbyte>([1, 2, 3, 4], 2, 2), output.View),
            () => Verify.Same(new sbyte[] { 0, 0, 3, 4, 0, 0 }, output.Result));
    }
}
