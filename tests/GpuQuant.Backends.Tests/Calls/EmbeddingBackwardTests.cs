namespace GpuQuant.Backends.Tests.Calls;

public sealed class EmbeddingBackwardTests : ConformanceTests<EmbeddingBackwardCall>
{
    public static TheoryData<string, (int Tokens, int Words, int Width)> Cases =>
        TestDevices.Times([(1, 1, 1), (7, 3, 5), (257, 17, 16), (67, 1031, 33)]);

    // Numbers outside the table are among the tokens. Each sum in the order of the positions: every bit is defined.
    [Theory, MemberData(nameof(Cases))]
    public void EmbeddingBackward_AnySize_SumsInTheOrderOfThePositions(string device, (int Tokens, int Words, int Width) c)
    {
        using var bench = new Bench(device);
        var (tokens, gradients) = (Draw.Integers(1, c.Tokens, -1, c.Words), Draw.Normals(2, c.Tokens * c.Width));
        var expected = new float[c.Words * c.Width];
        for (var i = 0; i < gradients.Length; i++)
            if (tokens[i / c.Width] is var token && token >= 0 && token < c.Words)
                expected[token * c.Width + i % c.Width] += gradients[i];
        var table = bench.Output<float>(c.Words, c.Width);
        Run(bench, new(bench.Input(tokens, 1, c.Tokens), bench.Input(gradients, 1, c.Tokens, c.Width), table.View),
            () => Verify.Same(expected, table.Result));
    }
}
