using System.Runtime.InteropServices;
using GpuQuant.Backends;
using GpuQuant.Backends.Cpu;
using GpuQuant.Data;
using GpuQuant.Graphs;
using GpuQuant.Models;
using GpuQuant.Numerics;
using GpuQuant.Tests.Support;
using GpuQuant.Training;
using GpuQuant.Training.Attacks;
using GpuQuant.Training.Rules;

namespace GpuQuant.Tests.Training;

public sealed class WordAttackerTests : IDisposable
{
    private const int Batch = 6, Length = 9, Words = 30, TaughtWords = 24, Width = 3, Candidates = 4;

    private static readonly Graph Net = TestModels.Build(new Shape(Length),
        (b, x) => b.Activate(b.Dense(Head(b, b.SpatialDropout(b.Embedding(x, Words, Width), 0.3f)), 2), Activation.Sigmoid), DType.Int32);

    private static readonly Model Model = TestModels.Random(Net, 3, 0.8);
    private static readonly int[][] Texts = SmallTexts.Draw(1, Batch, Length, TaughtWords);

    // Words from 24 on are in the table, but in no text.
    private static readonly SmallTexts Data = new([.. Texts, .. SmallTexts.Draw(2, 40, Length, TaughtWords)]);
    private static readonly int[] Taught = [.. Enumerable.Range(1, TaughtWords - 1)];

    private static readonly WordAttack AnyNear = new() { Candidates = Candidates, LeastCosine = -1 };

    private readonly CpuBackend _backend = new(2);

    public void Dispose() => _backend.Dispose();

    /// <summary>More words than one product takes, and vectors some of which point the same way.</summary>
    [Fact]
    public void Neighbours_OfEveryWord_AreTheGreatestCosinesOfTaughtWords()
    {
        const int all = 150, taught = 140, count = 5;
        var values = Draw.Normals(8, all * Width, 1);
        for (var i = 0; i < Width; i++)
            values[70 * Width + i] = values[71 * Width + i] = 2 * values[7 * Width + i];
        using var owned = new OwnedTensors(_backend);
        var table = owned.Take("table", DType.Float32, new Shape(all, Width));
        _backend.Upload(MemoryMarshal.AsBytes<float>(values), table);
        var data = new SmallTexts([.. Enumerable.Range(1, taught - 1).Select(word => new[] { 0, word })]);
        using var neighbours = new WordNeighbours(_backend, table, data, new() { Candidates = count, LeastCosine = -1 });
        neighbours.Update(0, [.. Enumerable.Range(0, all)]);
        Assert.True(neighbours.Of(0).IsEmpty && neighbours.Of(taught).IsEmpty && neighbours.Of(all + 3).IsEmpty);
        for (var word = 1; word < taught; word++)
        {
            var found = neighbours.Of(word).ToArray();
            Assert.Equal(count, found.Distinct().Count());
            Assert.DoesNotContain(word, found);
            var expected = Enumerable.Range(1, taught - 1).Where(other => other != word).Select(other => Cosine(values, word, other))
                .OrderDescending().Take(count).ToArray();
            for (var i = 0; i < count; i++)
                Assert.Equal(expected[i], Cosine(values, word, found[i]), 1e-6);
        }
        Assert.Equal([70, 71], neighbours.Of(7)[..2].ToArray());
        // The vectors of the epoch's beginning count, until the next one.
        var before = neighbours.Of(3).ToArray();
        _backend.Upload(MemoryMarshal.AsBytes<float>(Draw.Normals(9, all * Width, 1)), table);
        neighbours.Update(0, [3]);
        Assert.Equal(before, neighbours.Of(3).ToArray());
        neighbours.Update(1, [3]);
        Assert.NotEqual(before, neighbours.Of(3).ToArray());
    }

    [Fact]
    public void Neighbours_FartherThanTheLeastCosine_AreLeftOut()
    {
        var table = Model.Parameters["embedding1/table"].Span<float>().ToArray();
        using var parameters = new DeviceParameters(_backend, Model);
        using var neighbours = new WordNeighbours(_backend, parameters["embedding1/table"], Data, AnyNear with { LeastCosine = 0.9 });
        neighbours.Update(0, Taught);
        Assert.All(Taught, word =>
            Assert.Equal(Nearest(word).Where(other => Cosine(table, word, other) >= 0.9), neighbours.Of(word).ToArray()));
        Assert.Contains(Taught, word => neighbours.Of(word).Length is > 0 and < Candidates);
    }

    /// <summary>
    /// Gains by a plain loop over every place and candidate, from differences of the loss of the net behind the embedding in double.
    /// </summary>
    [Fact]
    public void Exchanges_OfATinyNet_AreThoseOfABruteForceLoop()
    {
        var table = TestModels.Doubles(Model.Parameters["embedding1/table"].Span<float>());
        var slopes = Differences(table);
        using var parameters = new DeviceParameters(_backend, Model);
        using var neighbours = new WordNeighbours(_backend, parameters["embedding1/table"], Data, AnyNear);
        using var program = GraphProgram.ForEmbeddingGradient(Net, parameters, _backend, Batch, Loss.For(Net));
        _backend.Upload(MemoryMarshal.AsBytes<float>(Targets), program.Targets!);
        TestModels.RunOnce<float>(_backend, program, [.. Texts.SelectMany(text => text).Select(word => (float)word)]);
        var gradient = TestModels.Fetch<float>(_backend, program.InputGradient!);
        neighbours.Update(0, [.. Texts.SelectMany(text => text)]);
        var exchanges = new WordExchanges(5);
        for (var n = 0; n < Batch; n++)
        {
            exchanges.Find(Texts[n], gradient.AsSpan(n * Length * Width, Length * Width), neighbours);
            var expected = Enumerable.Range(0, Length).Where(place => Texts[n][place] != 0)
                .SelectMany(place => Nearest(Texts[n][place]).Select(word => (place, word, Gain(table, slopes, n, place, word))))
                .GroupBy(e => e.place).Select(place => place.MaxBy(e => e.Item3)).Where(e => e.Item3 > 0)
                .OrderByDescending(e => e.Item3).Take(5).ToArray();
            Assert.NotEmpty(expected);
            Assert.Equal(expected.Length, exchanges.Count);
            for (var i = 0; i < expected.Length; i++)
            {
                Assert.Equal((expected[i].place, expected[i].word), (exchanges[i].Place, exchanges[i].Word));
                Assert.Equal(expected[i].Item3, exchanges[i].Gain, 1e-6);
            }
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(20, 1)]
    [InlineData(20, 4)]
    [InlineData(20, 20)]
    public void Run_OnTexts_RaisesTheLossByFewWordsAndLeavesThePaddingAlone(int substitutions, int rounds)
    {
        var attack = AnyNear with { Substitutions = substitutions, Rounds = rounds };
        var attacked = Run(attack, Model);
        var (before, after) = (Losses(Texts), Losses(attacked));
        Assert.True(after.Sum() > before.Sum() + 0.02, $"{before.Sum()} became {after.Sum()}");
        for (var n = 0; n < Batch; n++)
        {
            Assert.InRange(Enumerable.Range(0, Length).Count(i => attacked[n][i] != Texts[n][i]), 0, substitutions);
            if (attacked[n].SequenceEqual(Texts[n]))
                Assert.Equal(before[n], after[n]);
            else
                Assert.True(after[n] > before[n], $"text {n}: {before[n]} became {after[n]}");
            for (var i = 0; i < Length; i++)
                if (attacked[n][i] != Texts[n][i])
                    Assert.Contains(attacked[n][i], Nearest(Texts[n][i]));
        }
        // The same on other threads and in company that a text has nothing to do with: what happens to it depends on it alone.
        using var other = new CpuBackend(3);
        Assert.Equal(attacked, Run(attack, Model, other));
    }

    /// <summary>
    /// With one word exchanged in one round, the attack is the best exchange by first order if it raises the loss, and none else: both
    /// happen here.
    /// </summary>
    [Fact]
    public void Run_WhatTheGradientPromises_IsKeptOnlyWhereTheLossRises()
    {
        var steep = TestModels.Random(Net, 5, 3);
        using var parameters = new DeviceParameters(_backend, steep);
        using var neighbours = new WordNeighbours(_backend, parameters["embedding1/table"], Data, AnyNear);
        using var program = GraphProgram.ForEmbeddingGradient(Net, parameters, _backend, Batch, Loss.For(Net));
        _backend.Upload(MemoryMarshal.AsBytes<float>(Targets), program.Targets!);
        TestModels.RunOnce<float>(_backend, program, [.. Texts.SelectMany(text => text).Select(word => (float)word)]);
        var gradient = TestModels.Fetch<float>(_backend, program.InputGradient!);
        neighbours.Update(0, [.. Texts.SelectMany(text => text)]);
        var (attacked, exchanges) = (Run(AnyNear with { Substitutions = 1, Rounds = 1 }, steep), new WordExchanges(1));
        var kept = 0;
        for (var n = 0; n < Batch; n++)
        {
            exchanges.Find(Texts[n], gradient.AsSpan(n * Length * Width, Length * Width), neighbours);
            var promised = (int[])Texts[n].Clone();
            if (exchanges.Count > 0)
                promised[exchanges[0].Place] = exchanges[0].Word;
            int[][] Changed(int[] text) => [.. Texts.Select((other, m) => m == n ? text : other)];
            var rises = Losses(Changed(promised), steep)[n] > Losses(Texts, steep)[n];
            Assert.Equal(rises ? promised : Texts[n], attacked[n]);
            kept += rises ? 1 : 0;
        }
        Assert.InRange(kept, 1, Batch - 1);
    }

    [Theory]
    [InlineData(0.5, 3)]
    [InlineData(1, 6)]
    public void Adversarial_OfTexts_ReplacesAShareOfTheBatch(double share, int attacked)
    {
        var rule = new AdversarialRule { Words = AnyNear, Share = share };
        using var parameters = new DeviceParameters(_backend, Model, withGradients: true);
        using var program = GraphProgram.ForTraining(Net, parameters, _backend, Batch, Loss.For(Net), []);
        using var stage = rule.Start(new(_backend, Net, parameters, Data, Preprocessing.Tokens, Batch + 2));
        var prepare = stage.Bind(program);
        _backend.Upload(MemoryMarshal.AsBytes<int>([.. Texts.SelectMany(text => text)]), program.Input);
        _backend.Upload(MemoryMarshal.AsBytes<float>(Targets), program.Targets!);
        prepare(new BatchPosition(5, 2, Enumerable.Range(0, Batch).ToArray()));
        var result = TestModels.Fetch<int>(_backend, program.Input).Chunk(Length).ToArray();
        Assert.Equal(Targets, TestModels.Fetch<float>(_backend, program.Targets!));
        Assert.Equal(Run(AnyNear, Model)[..attacked], result[..attacked]);
        Assert.Contains(result[..attacked].Zip(Texts), pair => !pair.First.SequenceEqual(pair.Second));
        Assert.Equal(Texts[attacked..], result[attacked..]);
    }

    [Fact]
    public void Plan_WithoutWordsOrEmbedding_IsRefusedAndLeavesNoMemoryBehind()
    {
        using (var parameters = new DeviceParameters(_backend, Model))
        {
            var (taken, table) = (_backend.AllocatedBytes, parameters["embedding1/table"]);
            Assert.Contains("at least two", Assert.Throws<UsageException>(() =>
                new WordNeighbours(_backend, table, new SmallTexts([0, 5], [5, 5]), new())).Message);
            Assert.Equal(taken, _backend.AllocatedBytes);
        }
        Assert.Contains("no embedding", Assert.Throws<UsageException>(() => EmbeddingOp.Of(TrainingRun.Lenet)).Message);
        Assert.Equal(0, _backend.AllocatedBytes);
    }

    private static float[] Targets => TestModels.OneHot([.. Enumerable.Range(0, Batch).Select(Data.Label)], 2);

    private static Node Head(GraphBuilder b, Node embedded) => b.Add(b.Lstm(embedded, 4), b.Gru(embedded, 4));

    private static int[] Nearest(int word)
    {
        var table = Model.Parameters["embedding1/table"].Span<float>().ToArray();
        var others = Taught.Where(other => other != word).OrderByDescending(other => Cosine(table, word, other));
        return word == 0 ? [] : [.. others.Take(Candidates)];
    }

    private static double Cosine(float[] table, int a, int b)
    {
        double Dot(int i, int j) => Enumerable.Range(0, Width).Sum(k => (double)table[i * Width + k] * table[j * Width + k]);
        return Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));
    }

    private static double Gain(double[] table, double[] slopes, int n, int place, int word) => Enumerable.Range(0, Width).Sum(i =>
        slopes[(n * Length + place) * Width + i] * (table[word * Width + i] - table[Texts[n][place] * Width + i]));

    /// <summary>The gradient at the embedding's output by central differences, of the net that takes vectors in place of words.</summary>
    private static double[] Differences(double[] table)
    {
        var graph = TestModels.Build(new Shape(Length, Width), (b, x) => b.Activate(b.Dense(Head(b, x), 2), Activation.Sigmoid));
        var net = new DoubleNet(graph, Batch, false);
        var (parameters, classes) = (Model.Parameters.Doubles(), Enumerable.Range(0, Batch).Select(Data.Label).ToArray());
        double[] input = [.. Texts.SelectMany(text => text).SelectMany(word => table.AsSpan(word * Width, Width).ToArray())];
        var slopes = new double[input.Length];
        for (var i = 0; i < input.Length; i++)
        {
            var value = input[i];
            input[i] = value + 1e-5;
            slopes[i] = net.Loss(parameters, input, classes);
            input[i] = value - 1e-5;
            slopes[i] = (slopes[i] - net.Loss(parameters, input, classes)) / 2e-5;
            input[i] = value;
        }
        return slopes;
    }

    /// <summary>Each text's binary cross-entropy, in double.</summary>
    private static double[] Losses(int[][] texts, Model? model = null)
    {
        double[] input = [.. texts.SelectMany(text => text).Select(word => (double)word)];
        var scores = new DoubleNet(Net, Batch, false).Run((model ?? Model).Parameters.Doubles(), input);
        return [.. scores.Chunk(2).Select((p, n) => p.Select((q, c) => -Math.Log(Data.Label(n) == c ? q : 1 - q)).Average())];
    }

    private int[][] Run(WordAttack attack, Model model, Backend? device = null)
    {
        var backend = device ?? _backend;
        using var parameters = new DeviceParameters(backend, model);
        using var tensors = new OwnedTensors(backend);
        var origin = tensors.Take("origin", DType.Int32, new Shape(Batch, Length));
        var targets = tensors.Take("targets", DType.Float32, new Shape(Batch, 2));
        int[] texts = [.. Texts.SelectMany(text => text)];
        backend.Upload(MemoryMarshal.AsBytes<int>(texts), origin);
        backend.Upload(MemoryMarshal.AsBytes<float>(Targets), targets);
        using var neighbours = new WordNeighbours(backend, parameters["embedding1/table"], Data, attack);
        using var attacker = new WordAttacker(backend, Net, parameters, attack, neighbours, origin, targets);
        attacker.Run(new BatchPosition(1, 0, Enumerable.Range(0, Batch).ToArray()));
        Assert.Equal(texts, TestModels.Fetch<int>(backend, origin));
        return [.. TestModels.Fetch<int>(backend, attacker.Result).Chunk(Length)];
    }
}
