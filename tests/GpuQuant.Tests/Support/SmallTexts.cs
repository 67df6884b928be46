using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>A set of texts given as word numbers, in two classes that take turns.</summary>
internal sealed class SmallTexts(params int[][] texts) : IDataset
{
    private static readonly Lazy<IDataset> Phrases = new(() => new PhrasesSource().Load(DataPart.Train, ""));

    public string Name => "small texts";

    public int Count => texts.Length;

    public int Classes => 2;

    public Shape SampleShape => new(texts[0].Length);

    public DType SampleType => DType.Int32;

    /// <summary>The first of the embedded texts, written once for all tests.</summary>
    public static IDataset PhrasesTraining(int count) => Subset.First(Phrases.Value, count);

    public int Label(int index) => index % 2;

    public void Read(int index, Span<byte> destination) => MemoryMarshal.AsBytes(texts[index].AsSpan()).CopyTo(destination);

    /// <summary>Random texts of words below a limit, some padded in front.</summary>
    public static int[][] Draw(ulong seed, int count, int length, int words)
    {
        var random = new RandomStream(seed, RandomPurpose.Test);
        var texts = new int[count][];
        for (var n = 0; n < count; n++)
        {
            texts[n] = new int[length];
            for (var i = n % 3; i < length; i++)
                texts[n][i] = random.NextInt32(1, words);
        }
        return texts;
    }

    /// <summary>A small net of the kind of the study's for texts.</summary>
    internal sealed class Net : IArchitecture
    {
        /// <summary>The embedding's; the embedded texts have fewer.</summary>
        public const int Words = 200;

        public string Name => "small";

        public string Description => "for tests";

        public Graph Build(Shape input, int classes) => TestModels.Build(input, (b, x) =>
        {
            var y = b.SpatialDropout(b.Embedding(x, Words, 8), 0.1f);
            return b.Activate(b.Dense(b.Dropout(b.Lstm(y, 6, 0.1f), 0.1f), classes), Activation.Sigmoid);
        }, DType.Int32);
    }
}
