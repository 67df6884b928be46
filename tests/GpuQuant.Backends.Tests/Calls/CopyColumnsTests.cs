namespace GpuQuant.Backends.Tests.Calls;

public sealed class CopyColumnsTests : ConformanceTests<CopyColumnsCall>
{
    public static TheoryData<string, (int Rows, int From, int At, int To, int Into, int Columns)> Cases =>
        TestDevices.Times<(int, int, int, int, int, int)>(
        [
            (1, 1, 0, 2, 1, 1), (67, 5, 0, 12, 4, 5), (131, 12, 7, 5, 0, 5), (33, 16, 16 - 3, 7, 2, 3), (4099, 3, 0, 3, 0, 3),
        ]);

    [Theory, MemberData(nameof(Cases))]
    public void CopyColumns_OfFloats_MovesThemAndNothingElse(
        string device, (int Rows, int From, int At, int To, int Into, int Columns) c)
    {
        float[] source = [float.NaN, .. Draw.Normals(1, c.Rows * c.From - 1)];
        Check(device, c, source, Draw.Normals(2, c.Rows * c.To));
    }

    [Theory, MemberData(nameof(Cases))]
    public void CopyColumns_OfBytes_MovesThemAndNothingElse(
        string device, (int Rows, int From, int At, int To, int Into, int Columns) c) =>
        Check(device, c, Draw.Int8(1, c.Rows * c.From), Draw.Int8(2, c.Rows * c.To));

    private static void Check<T>(string device, (int Rows, int From, int At, int To, int Into, int Columns) c, T[] source, T[] before)
        where T : unmanaged
    {
        using var bench = new Bench(device);
        var destination = bench.InOut(before, c.Rows, c.To);
        var expected = CopyColumnsReference.Copy(source, c.From, c.At, before, c.To, c.Into, c.Columns);
        Run(bench, new(bench.Input(source, c.Rows, c.From), c.At, destination.View, c.Into, c.Columns),
            () => Verify.Same(expected, destination.Result));
    }
}
