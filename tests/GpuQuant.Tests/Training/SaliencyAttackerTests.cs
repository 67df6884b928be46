using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Data.Text;
using GpuQuant.Evaluation;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;

namespace GpuQuant.Tests.Training;

/// <summary>Words exchanged as PWWS does, and for synonyms from a file.</summary>
public sealed class SaliencyAttackerTests : IDisposable
{
    // Texts of up to 24 words with 12 candidates each make more variants than one forward pass takes.
    private const int Count = 20, Length = 24, Words = 30, Width = 3, Candidates = 12;

    private static readonly Graph Net = TestModels.Build(new Shape(Length),
        (b, x) => b.Activate(b.Dense(b.Lstm(b.Embedding(x, Words, Width), 4), 2), Activation.Sigmoid), DType.Int32);

    private static readonly Model Model = TestModels.Random(Net, 3, 0.8);
    private static readonly Texts Data = new(SmallTexts.Draw(1, Count, Length, Words));

    private readonly CpuBackend _backend = new(2);
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _backend.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(20)]
    [InlineData(2)]
    public void Run_IsWhatAPlainLoopInDoubleGives(int most)
    {
        var attack = new WordAttack { IsExact = true, Substitutions = most, Candidates = Candidates, LeastCosine = -1 };
        var attacked = Samples(AdversarialSet.Of(_backend, Model, Data, Data, attack));
        using var parameters = new DeviceParameters(_backend, Model);
        using var neighbours = new WordNeighbours(_backend, parameters["embedding1/table"], Data, attack);
        neighbours.Update(0, [.. Enumerable.Range(0, Words)]);
        var (changed, flipped) = (0, 0);
        for (var n = 0; n < Count; n++)
        {
            var expected = Expected(Data.Tokens[n], Data.Label(n), word => neighbours.Of(word).ToArray(), most);
            Assert.Equal(expected, attacked[n]);
            changed += expected.SequenceEqual(Data.Tokens[n]) ? 0 : 1;
            flipped += Class(Data.Tokens[n]) == Data.Label(n) && Class(expected) != Data.Label(n) ? 1 : 0;
        }
        Assert.InRange(changed, 5, Count - 3); // what the net errs on stays as it is
        Assert.True(flipped > 0, "no text misleads the net");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Of_WithSynonyms_ExchangesThoseAlone(bool isExact)
    {
        File.WriteAllText(_folder.File("s.tsv"), string.Concat(Enumerable.Range(1, 20).Select(w => $"w{w}\tw{31 - w},w{w + 3},unheard\n")));
        var file = SynonymFile.Read(_folder.File("s.tsv"));
        var attack = new WordAttack { IsExact = isExact, Synonyms = file };
        var attacked = AdversarialSet.Of(_backend, Model, Data, Data, attack);
        Assert.Equal($"texts+{(isExact ? "pwws" : "words")}-20-synonyms", attacked.Name);
        var changes = Data.Tokens.Zip(Samples(attacked)).SelectMany(pair => pair.First.Zip(pair.Second)).Where(w => w.First != w.Second).ToArray();
        Assert.NotEmpty(changes);
        // w30 is beyond the table's last number, 29.
        Assert.All(changes, w => Assert.Contains(w.Second, new[] { 31 - w.First, w.First + 3 }));
        Assert.All(changes, w => Assert.InRange(w.First, 1, 20));
        Assert.All(changes, w => Assert.InRange(w.Second, 1, Words - 1));
        Assert.Contains(file.Digest, attack.Identity);
    }

    [Fact]
    public void Of_WithoutUsableSynonyms_IsRefused()
    {
        File.WriteAllText(_folder.File("s.tsv"), "gut\tfein\n");
        var attack = new WordAttack { Synonyms = SynonymFile.Read(_folder.File("s.tsv")) };
        Assert.Contains("has synonyms for 1 word(s), but no pair of texts's words", Refusal(Data));
        Assert.Contains("small texts does not say what its words are", Refusal(new SmallTexts(Data.Tokens)));
        Assert.Equal(0, _backend.AllocatedBytes);

        string Refusal(IDataset training) =>
            Assert.Throws<UsageException>(() => AdversarialSet.Of(_backend, Model, Data, training, attack)).Message;
    }

    [Fact]
    public void Of_ImagesOrTextsOfAnotherLength_IsRefused()
    {
        var message = Assert.Throws<UsageException>(() =>
            AdversarialSet.Of(_backend, Model, new SmallTexts([1, 2], [2, 3]), Data, new())).Message;
        Assert.Contains("The model takes ", message);
        Assert.Contains("attack it with texts of its data set", message);
    }

    /// <summary>The attack's definition, word by word.</summary>
    private static int[] Expected(int[] text, int label, Func<int, int[]> candidates, int most)
    {
        var p = Outputs(text)[label];
        var places = Enumerable.Range(0, Length).Where(i => text[i] != 0).ToArray();
        var powers = places.ToDictionary(i => i, i => Math.Exp(p - Outputs(With(text, i, 0))[label]));
        var exchanges = places.Where(i => candidates(text[i]).Length > 0)
            .Select(i => (Place: i, Best: candidates(text[i]).Select(w => (Word: w, Fall: p - Outputs(With(text, i, w))[label])).MaxBy(c => c.Fall)))
            .Where(e => e.Best.Fall > 0).OrderByDescending(e => powers[e.Place] / powers.Values.Sum() * e.Best.Fall).Take(most);
        foreach (var (place, best) in exchanges)
        {
            if (Class(text) != label)
                break;
            text = With(text, place, best.Word);
        }
        return text;
    }

    private static int[] With(int[] text, int place, int word) => [.. text.Select((w, i) => i == place ? word : w)];

    private static int Class(int[] text) => Outputs(text) is [var a, var b] && b > a ? 1 : 0;

    private static double[] Outputs(int[] text) =>
        new DoubleNet(Net, 1, false).Run(Model.Parameters.Doubles(), [.. text.Select(word => (double)word)]);

    private static int[][] Samples(IDataset data)
    {
        var samples = new int[data.Count][];
        for (var i = 0; i < samples.Length; i++)
            data.Read(i, MemoryMarshal.AsBytes((samples[i] = new int[Length]).AsSpan()));
        return samples;
    }

    /// <summary>Texts whose words are called w1, w2, ...</summary>
    private sealed class Texts(int[][] tokens) : IDataset
    {
        public int[][] Tokens => tokens;

        public string Name => "texts";

        public int Count => tokens.Length;

        public int Classes => 2;

        public Shape SampleShape => new(Length);

        public DType SampleType => DType.Int32;

        public IReadOnlyList<string> Vocabulary { get; } = [.. Enumerable.Range(1, 40).Select(word => $"w{word}")];

        public int Label(int index) => index % 2;

        public void Read(int index, Span<byte> destination) => MemoryMarshal.AsBytes(tokens[index].AsSpan()).CopyTo(destination);
    }
}
