using FsCheck;
using FsCheck.Fluent;
using GpuQuant.Backends;
using GpuQuant.Graphs;
using GpuQuant.Numerics;

namespace GpuQuant.Tests.Graphs;

public class ArenaLayoutTests
{
    private const long Alignment = 256;

    /// <summary>A list of calls: which of some storages each one touches, the storages' sizes, and how many of them live all along.</summary>
    private static readonly Gen<(int[] Sizes, int[][] Calls, int Whole)> Programs =
        from sizes in Gen.Choose(1, 2000).ArrayOf(12)
        from count in Gen.Choose(0, 15)
        from calls in Gen.Choose(0, 11).ArrayOf().ArrayOf(count)
        from whole in Gen.Choose(0, 3)
        select (sizes, calls, whole);

    [Fact]
    public void Of_AnyProgram_KeepsApartWhatLivesTogether() => Check((layout, lives) =>
    {
        foreach (var (a, offsetA) in layout.Places)
        {
            Assert.Equal(0, offsetA % Alignment);
            Assert.InRange(offsetA, 0, layout.Bytes - a.Bytes);
            foreach (var (b, offsetB) in layout.Places)
                if (a != b && lives[a].First <= lives[b].Last && lives[b].First <= lives[a].Last)
                    Assert.True(offsetA + a.Bytes <= offsetB || offsetB + b.Bytes <= offsetA, $"{a.Name} and {b.Name} overlap.");
        }
        Assert.Equal(lives.Keys.Select(s => s.Name).Order(), layout.Places.Select(p => p.Storage.Name).Order());
    });

    [Fact]
    public void Of_AnyProgram_TakesAtLeastThePeakAndAtMostTheSum() => Check((layout, lives) =>
    {
        var moments = lives.Values.SelectMany(life => new[] { life.First, life.Last }).Distinct();
        var peak = moments.Select(t => lives.Where(l => l.Value.First <= t && t <= l.Value.Last).Sum(l => Aligned(l.Key)))
            .DefaultIfEmpty().Max();
        Assert.InRange(layout.Bytes, peak, lives.Keys.Sum(Aligned));
    });

    [Fact]
    public void Of_AnyProgram_IsTheSameEveryTime() => Prop.ForAll(Programs.ToArbitrary(), program =>
    {
        var (first, second) = (Layout(program).Layout, Layout(program).Layout);
        Assert.Equal(first.Places.Select(p => (p.Storage.Name, p.Offset)), second.Places.Select(p => (p.Storage.Name, p.Offset)));
    }).QuickCheckThrowOnFailure();

    /// <summary>A chain a -> b -> c -> d of equal sizes needs two places: each value lives for two calls.</summary>
    [Fact]
    public void Of_AChain_TakesTurnsInTwoPlaces()
    {
        var layout = Layout(([100, 100, 100, 100], [[0, 1], [1, 2], [2, 3]], 0)).Layout;
        Assert.Equal(2 * Alignment, layout.Bytes);
    }

    /// <summary>The same chain with its beginning (the input) kept: the input has a place for itself.</summary>
    [Fact]
    public void Of_AStorageThatLivesAllAlong_SharesWithNobody()
    {
        var layout = Layout(([100, 100, 100, 100], [[0, 1], [1, 2], [2, 3]], 1)).Layout;
        Assert.Equal(3 * Alignment, layout.Bytes);
    }

    [Fact]
    public void Of_StoragesWithAPlace_LeavesThemAlone()
    {
        using var backend = new Backends.Cpu.CpuBackend(1);
        var parameter = TensorView.Allocate(backend, "parameter", DType.UInt8, new Shape(100));
        var layout = ArenaLayout.Of([new TouchCall([parameter])], [parameter.Storage]);
        Assert.Empty(layout.Places);
        Assert.Equal(0, layout.Bytes);
    }

    [Fact]
    public void Of_AWorkspace_LivesForItsCall()
    {
        var workspace = View(0, 300);
        var layout = ArenaLayout.Of([new TouchCall([View(1, 10)]) { Workspace = workspace }, new TouchCall([View(2, 500)])], []);
        Assert.Contains(layout.Places, place => place.Storage == workspace.Storage);
        Assert.Equal(3 * Alignment, layout.Bytes);
    }

    private static void Check(Action<ArenaLayout, Dictionary<Storage, (int First, int Last)>> property) =>
        Prop.ForAll(Programs.ToArbitrary(), program =>
        {
            var (layout, lives) = Layout(program);
            property(layout, lives);
        }).QuickCheckThrowOnFailure();

    private static (ArenaLayout Layout, Dictionary<Storage, (int First, int Last)> Lives) Layout(
        (int[] Sizes, int[][] Calls, int Whole) program)
    {
        var views = program.Sizes.Select((size, i) => View(i, size)).ToArray();
        var lives = new Dictionary<Storage, (int, int)>();
        for (var i = 0; i < views.Length; i++)
        {
            var touching = program.Calls.Index().Where(call => call.Item.Contains(i)).Select(call => call.Index).ToArray();
            if (i < program.Whole)
                lives[views[i].Storage] = (-1, program.Calls.Length);
            else if (touching.Length > 0)
                lives[views[i].Storage] = (touching[0], touching[^1]);
        }
        var calls = program.Calls.Select(touched => new TouchCall([.. touched.Select(i => views[i])])).ToArray();
        return (ArenaLayout.Of(calls, views.Take(program.Whole).Select(view => view.Storage)), lives);
    }

    private static long Aligned(Storage storage) => (storage.Bytes + Alignment - 1) / Alignment * Alignment;

    private static TensorView View(int number, int bytes) => new(new Storage($"s{number}", bytes), DType.UInt8, new Shape(bytes));

    /// <summary>Reads the even ones of its tensors and writes the others.</summary>
    private sealed record TouchCall(TensorView[] Touched) : KernelCall
    {
        public override IEnumerable<TensorView> Reads => Touched.Where((_, i) => i % 2 == 0);

        public override IEnumerable<TensorView> Writes => Touched.Where((_, i) => i % 2 != 0);

        public override Action Prepare(IPrimitives primitives) => throw new NotSupportedException();
    }
}
