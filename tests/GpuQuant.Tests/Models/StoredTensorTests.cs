using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Quantization;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Models;

public sealed class StoredTensorTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // 4 bits, unsigned from -8: -8, 7, 0, 3, 1 are 0, 15, 8, 11, 9; the first of a pair is the low half: 0xF0, 0xB8, 0x09.
    [Fact]
    public void Integers_OfFourBits_AreTwoAByte() =>
        Packs(Tensor.From<sbyte>([-8, 7, 0, 3, 1], new Shape(5)), StoredTensor.Integers, "4 0 5", [0xF0, 0xB8, 0x09]);

    // 2 bits from -2: -1, 0, 1, -1, 1 are 1, 2, 3, 1, 3: 1 + 2 * 4 + 3 * 16 + 1 * 64 = 121, then 3.
    [Fact]
    public void Integers_OfTwoBits_AreFourAByte() =>
        Packs(Tensor.From<sbyte>([-1, 0, 1, -1, 1], new Shape(1, 5)), StoredTensor.Integers, "2 0 1x5", [121, 3]);

    [Fact]
    public void Integers_BeyondFourBits_StayAsTheyAre()
    {
        var wide = Tensor.From<sbyte>([-9, 7], new Shape(2));
        Assert.Same(wide, StoredTensor.Integers(wide).Parts[""]);
    }

    // Columns 0, 255 and 7, 7 and -10, 500: steps 1, none and 2, each column's numbers side by side.
    [Fact]
    public void Columns_OfAMatrix_HaveAScaleEachAndGiveBackTheBits()
    {
        var value = Tensor.From<float>([0, 7, -10, 255, 7, 500], new Shape(2, 3));
        var stored = StoredTensor.Columns(value);
        Assert.Equal("8 2 3x2 transposed", stored.Form);
        Assert.Equal([0, 255, 0, 0, 0, 255], stored.Parts[""].Span<byte>().ToArray());
        Assert.Equal([0, 7, -10], stored.Parts[".offsets"].Span<float>().ToArray());
        var read = StoredTensor.Read(stored.Form, stored.Parts);
        Assert.Equal(value.Shape, read.Shape);
        Assert.Equal(value.Bytes.ToArray(), read.Bytes.ToArray());
    }

    // Groups of 3 in rows of 4, so (0.5, -1, 0.25), (3), (0.1 f, 0, 1.5 f), (0): steps that divide each group, a byte each for its scale.
    [Fact]
    public void Steps_OfGroups_HaveAScaleEachAndGiveBackTheBits()
    {
        var value = Tensor.From<float>([0.5f, -1, 0.25f, 3, 0.1f, 0, 15 * 0.1f, 0], new Shape(2, 4));
        var stored = StoredTensor.Steps(value, 4, 3);
        Assert.Equal("4 3 2x4", stored.Form);
        Assert.Equal(new Shape(4), stored.Parts[".scales"].Shape);
        Assert.Equal(new Shape(4), stored.Parts[".zero_points"].Shape);
        Assert.Equal(4, stored.Parts[""].Bytes.Length);
        Assert.Equal(value.Bytes.ToArray(), StoredTensor.Read(stored.Form, stored.Parts).Bytes.ToArray());
    }

    [Theory]
    [InlineData(1f, 0.3f)] // no common step in 15
    [InlineData(1f, float.NaN)]
    [InlineData(1f, float.PositiveInfinity)]
    [InlineData(1f, -0f)] // multiples of a step have one zero
    public void Steps_OfOtherValues_StayAsTheyAre(float first, float second)
    {
        var value = Tensor.From<float>([first, second * 1.0001f], new Shape(1, 2));
        Assert.Same(value, StoredTensor.Steps(value, 4, 2).Parts[""]);
    }

    [Theory]
    [InlineData("int4 group", 4)]
    [InlineData("4 0 7", 3)] // 7 numbers take 4 bytes
    [InlineData("3 0 7", 4)]
    public void Read_FormThatDoesNotFit_IsAnError(string form, int bytes) => Assert.Throws<FormatException>(
        () => StoredTensor.Read(form, new Dictionary<string, Tensor> { [""] = new(DType.UInt8, new Shape(bytes)) }));

    /// <summary>What a kernel of lenet5 takes in the file, in bits per weight: its numbers, scales, zero points or offsets.</summary>
    [Theory]
    [InlineData("float16", "dense1", 16, 16)]
    [InlineData("bfloat16", "dense1", 16, 16)]
    [InlineData("coreml8", "dense1", 8, 8.2)] // 8 bytes for each row of 784 or so
    [InlineData("int4", "dense1", 5.25, 5.3)] // 4 bits, and 5 bytes for each 32 weights
    [InlineData("ternary", "dense1", 3, 3.3)] // 2 bits, and 4 bytes for each 32 weights
    [InlineData("w4a8", "dense1", 4, 4.2)] // scales are those of the integer layer
    [InlineData("w4a4", "dense1", 4, 4.2)]
    [InlineData("w2a8", "dense1", 2, 2.2)]
    public void Write_QuantizedNet_TakesItsBitsAndIsReadAsTheSameBits(string scheme, string layer, double least, double most)
    {
        using var backend = new CpuBackend(2);
        var quantizer = Catalog.Get<IQuantizer>("quantizer", scheme);
        var model = quantizer.Quantize(TrainedNets.Get("lenet5"),
            new CalibrationData(backend, Glyphs.Training(60), Preprocessing.UnitRange));
        var path = new SavedModel(new ModelCard("glyphs", "lenet5", "standard", 1, 3, scheme), model, Preprocessing.UnitRange)
            .Write(_folder.Path, quantizer.Encode);
        var bytes = SafetensorsFile.Read(path).Tensors.Where(t => t.Key == $"{layer}/kernel"
            || t.Key.StartsWith($"{layer}/kernel.", StringComparison.Ordinal)).Sum(t => t.Value.Bytes.Length);
        Assert.InRange(8.0 * bytes / model.Parameters[$"{layer}/kernel"].Shape.Count, least, most);
        var read = SavedModel.Read(path).Model.Parameters;
        Assert.Equal(model.Parameters.Keys.Order(), read.Keys.Order());
        Assert.All(model.Parameters, p => Assert.True(p.Value.Bytes.SequenceEqual(read[p.Key].Bytes), p.Key));
    }

    private static void Packs(Tensor value, Func<Tensor, StoredTensor> store, string form, byte[] bytes)
    {
        var stored = store(value);
        Assert.Equal(form, stored.Form);
        Assert.Equal(bytes, stored.Parts[""].Bytes.ToArray());
        Assert.Equal(value.Bytes.ToArray(), StoredTensor.Read(stored.Form, stored.Parts).Bytes.ToArray());
    }
}
