using System.Runtime.CompilerServices;

namespace GpuQuant.Backends.Cpu;

/// <summary>Work on elements that belong to channels: 16 neighbours at once or one, with the channels' constants at <c>lane</c>.</summary>
internal interface ILaneMap
{
    /// <summary>Handles elements i to i + 15, whose constants stand at lane to lane + 15 of their tables.</summary>
    void Vector(int i, int lane);

    /// <summary>Handles element i.</summary>
    void Single(int i, int lane);
}

/// <summary>
/// Elements of a tensor matched with constants per channel, without a division per element: element i belongs to channel
/// (i / inner) mod channels, and constants are laid out in tables, so that 16 neighbours' stand side by side. Where a channel has few
/// neighbours in a row, a table holds whole rows, as many as make a multiple of 16 lanes; else it holds each constant 16 times.
/// </summary>
/// <example>6 channels last: 8 rows make 48 lanes, a multiple of 16; doubled until there are at least 128, a table has 192.</example>
internal readonly unsafe struct ChannelLanes
{
    // Sums kept per lane follow each other closely: with eight vectors, the next addition to one does not wait for the last.
    private const int Width = 16, LeastLanes = 128;
    private readonly int _inner;
    private readonly bool _hasLongRuns;

    public ChannelLanes(int channels, int inner = 1)
    {
        (Channels, _inner, _hasLongRuns) = (channels, inner, channels == 1 || inner >= Width);
        Count = _hasLongRuns ? Width * channels : Lanes(channels * inner);
    }

    /// <summary>The most lanes of a table that holds more than one row; also the columns that <see cref="Rows"/> can take.</summary>
    public const int MostLanes = 1024;

    /// <summary>The number of channels.</summary>
    public int Channels { get; }

    /// <summary>Entries of a table.</summary>
    public int Count { get; }

    /// <summary>Whether vectors begin at multiples of 16 elements of the tensor, so that a store of one is aligned if the tensor is.</summary>
    public bool KeepsAlignment => (_hasLongRuns ? Channels == 1 ? Width : _inner : Count) % Width == 0;

    /// <summary>The channel whose constant stands at a lane.</summary>
    public int ChannelOf(int lane) => _hasLongRuns ? lane / Width : lane / _inner % Channels;

    /// <summary>Lays out one constant per channel as a table.</summary>
    public void Fill<T>(T* constants, T* table) where T : unmanaged
    {
        for (var lane = 0; lane < Count; lane++)
            table[lane] = constants[ChannelOf(lane)];
    }

    /// <summary>Adds up the lanes of each channel.</summary>
    public void Fold(float* lanes, double* sums)
    {
        new Span<double>(sums, Channels).Clear();
        for (var lane = 0; lane < Count; lane++)
            sums[ChannelOf(lane)] += lanes[lane];
    }

    /// <summary>Handles elements <paramref name="begin"/> to <paramref name="end"/> of the tensor.</summary>
    public void Run<TMap>(TMap map, int begin, int end) where TMap : struct, ILaneMap
    {
        for (var i = begin; i < end;)
        {
            var (lane, length) = _hasLongRuns ? RunAt(i, end) : (i % Count, Count - i % Count);
            var stop = i + Math.Min(end - i, length);
            Stretch(ref map, i, stop, lane, _hasLongRuns ? 0 : 1);
            i = stop;
        }
    }

    /// <summary>Handles rows of a matrix of which this knows all columns or the first ones.</summary>
    public void Rows<TMap>(TMap map, int rows, int stride) where TMap : struct, ILaneMap
    {
        if (stride == Channels)
            Run(map, 0, rows * stride);
        else
            for (var row = 0; row < rows; row++)
                Stretch(ref map, row * stride, row * stride + Channels, 0, 1);
    }

    /// <summary>Handles one row by itself, from the map's element 0 on, with the lanes that it has where rows follow each other.</summary>
    public void Row<TMap>(TMap map, int row) where TMap : struct, ILaneMap =>
        Stretch(ref map, 0, Channels, row % (Count / Channels) * Channels, 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Stretch<TMap>(ref TMap map, int i, int end, int lane, int step) where TMap : struct, ILaneMap
    {
        var local = map;
        for (; i + Width <= end; i += Width, lane += Width * step)
            local.Vector(i, lane);
        for (; i < end; i++, lane += step)
            local.Single(i, lane);
    }

    private (int Lane, int Length) RunAt(int i, int end)
    {
        if (Channels == 1)
            return (0, end - i);
        var (run, within) = Math.DivRem(i, _inner);
        return (run % Channels * Width, _inner - within);
    }

    private static int Lanes(int period)
    {
        var lanes = period;
        while (lanes <= MostLanes && (lanes % Width != 0 || lanes < LeastLanes))
            lanes *= 2;
        return lanes <= MostLanes ? lanes : period;
    }
}
