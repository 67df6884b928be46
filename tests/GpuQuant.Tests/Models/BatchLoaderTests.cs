using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;

namespace GpuQuant.Tests.Models;

public class BatchLoaderTests
{
    // Vocabulary: a = 1, b = 2, c = 3.
    private static readonly TokenDataset Texts = TokenDataset.Encode("texts",
        [new("a b", 0), new("c", 1), new("b b a c", 0)], KerasTokenizer.Fit(["a a a b b c"], 10), 3, 2);

    [Fact]
    public void Load_Texts_UploadsTheirWordNumbersAsTheyAre()
    {
        using var backend = new CpuBackend(1);
        var input = Input(backend, DType.Int32);
        var loader = new BatchLoader(Texts, Preprocessing.Tokens, 2);
        loader.Load([2, 0], backend, input);
        Assert.Equal([2, 1, 3, 0, 1, 2], Download(backend, input));
        // One sample of two: the second place keeps what it held.
        loader.Load([1], backend, input);
        Assert.Equal([0, 0, 3, 0, 1, 2], Download(backend, input));
    }

    [Fact]
    public void Load_NetForTheOtherKind_IsAUsageError()
    {
        using var backend = new CpuBackend(1);
        var error = Assert.Throws<UsageException>(
            () => new BatchLoader(Texts, Preprocessing.Tokens, 2).Load([0, 1], backend, Input(backend, DType.Float32)));
        Assert.Contains("takes Float32 input; texts holds Int32 samples: choose a net for texts", error.Message);
        error = Assert.Throws<UsageException>(() =>
            new BatchLoader(SmallImages.Random(2, 1, 3), Preprocessing.UnitRange, 2).Load([0, 1], backend, Input(backend, DType.Int32)));
        Assert.Contains("takes Int32 input; random holds UInt8 samples: choose a net for images", error.Message);
    }

    // The texts' greatest number is 3: a net of 4 words knows it, one of 3 does not.
    [Fact]
    public void Load_WordsThatTheNetLacks_AreADataError()
    {
        using var backend = new CpuBackend(1);
        var input = Input(backend, DType.Int32);
        new BatchLoader(Texts, Preprocessing.Tokens, 2, net: Net(4)).Load([1, 2], backend, input);
        var loader = new BatchLoader(Texts, Preprocessing.Tokens, 2, net: Net(3));
        loader.Load([0], backend, input);
        Assert.Equal("Sample 1 of texts holds the word number 3; the net knows 0 to 2. Choose a net that was trained on this set's words.",
            Assert.Throws<DataException>(() => loader.Load([0, 1], backend, input)).Message);
        static Graph Net(int words) => TestModels.Build(new Shape(3), (b, x) => b.Embedding(x, words, 2), DType.Int32);
    }

    private static TensorView Input(Backend backend, DType type) =>
        new(Storage.Allocate(backend, "input", 24), type, new Shape(2, 3));

    private static int[] Download(Backend backend, TensorView view)
    {
        var values = new int[6];
        backend.Download(view, MemoryMarshal.AsBytes(values.AsSpan()));
        return values;
    }
}
