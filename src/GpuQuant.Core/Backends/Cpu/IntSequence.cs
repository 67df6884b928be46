using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace GpuQuant.Backends.Cpu;

/// <summary>The sizes of an integer walk over sequences: each gate's units fill whole panels of weights.</summary>
/// <param name="Call">The call.</param>
/// <param name="ElementBytes">As in <see cref="IIntProducts"/>.</param>
internal readonly record struct IntSequenceSizes(IntSequenceCall Call, int ElementBytes)
{
    /// <summary>Panels of a gate.</summary>
    public int Groups => (Call.Units + IntTile.Lanes - 1) / IntTile.Lanes;

    /// <summary>A state with its padding.</summary>
    public int Padded => Groups * IntTile.Lanes;

    /// <summary>Panels of all gates.</summary>
    public int Panels => Call.GateCount * Groups;

    /// <summary>How one gate's weights are packed.</summary>
    public IntShape Gate => IntShape.OfGemm(IntTile.Rows, Call.Units, Call.Units, ElementBytes);

    /// <summary>The states of a tile of sequences as the products take them.</summary>
    public int StripBytes => IntTile.Rows * Padded * ElementBytes;

    /// <summary>The tile's sums of all gates.</summary>
    public int SumBytes => Panels * IntTile.Rows * IntTile.Lanes * sizeof(int);

    /// <summary>What a thread needs: sums, states as products take them, what goes from step to step, states as int8.</summary>
    public int WorkerBytes => SumBytes + StripBytes + IntTile.Rows * Padded * (sizeof(short) + sizeof(sbyte));

    /// <summary>What the call needs: the packed weights, and each thread's part.</summary>
    public long WorkspaceBytes(int workers) => Gate.PackedBytes * Call.GateCount + (long)workers * Aligned;

    /// <summary>A thread's part in whole cache lines.</summary>
    public int Aligned => (WorkerBytes + 63) / 64 * 64;
}

/// <summary>
/// An integer recurrent layer's walk over sequences, a tile of them at a time through all steps, for one set of instructions: their states
/// stay in the nearest cache, and threads meet only at the end.
/// </summary>
internal sealed unsafe class IntSequence<TProducts> where TProducts : struct, IIntProducts
{
    private readonly IntSequenceCall _call;
    private readonly IntSequenceSizes _sizes;
    private readonly IntShape _gate;
    private readonly IntCells _cells;
    private readonly WorkerPool _pool;
    private readonly PoolJob _job;
    private readonly byte* _packed;
    private readonly int* _gates, _bias;
    private readonly sbyte* _recurrent, _output;

    public IntSequence(IntSequenceCall call, IntCells cells, WorkerPool pool)
    {
        (_call, _cells, _pool, _job) = (call, cells, pool, Run);
        _sizes = new(call, TProducts.ElementBytes);
        _gate = _sizes.Gate;
        _packed = CpuMemory.Address<byte>(call.Workspace!);
        _gates = CpuMemory.Address<int>(call.Gates);
        _bias = CpuMemory.AddressOrNull<int>(call.StateBias);
        _recurrent = CpuMemory.Address<sbyte>(call.Recurrent);
        _output = CpuMemory.Address<sbyte>(call.Output);
    }

    /// <summary>What runs the call.</summary>
    public Action Prepare() => () =>
    {
        _cells.Begin();
        for (var gate = 0; gate < _call.GateCount; gate++)
        {
            var weights = new IntProductCall(_recurrent + (long)gate * _call.Units * _call.Units,
                _bias == null ? null : _bias + gate * _call.Units, _call.State.ZeroPoint);
            for (var panel = 0; panel < _sizes.Groups; panel++)
                new IntPanels(_gate, weights).Pack(panel, Panel(gate * _sizes.Groups + panel));
        }
        _pool.Run(Parts, _job);
    };

    private int Parts => (_call.Batch + IntTile.Rows - 1) / IntTile.Rows;

    /// <summary>Sequences are shared out evenly.</summary>
    private int First(int part) => (int)((long)part * _call.Batch / Parts);

    private byte* Panel(int panel) => _packed + panel * _gate.PanelBytes;

    private void Run(int part, int worker)
    {
        var (first, padded) = (First(part), _sizes.Padded);
        var count = First(part + 1) - first;
        var sums = (int*)(_packed + _gate.PackedBytes * _call.GateCount + (long)worker * _sizes.Aligned);
        var strip = (byte*)sums + _sizes.SumBytes;
        var memory = (short*)(strip + _sizes.StripBytes);
        var states = (sbyte*)(memory + IntTile.Rows * padded);
        new Span<short>(memory, IntTile.Rows * padded).Clear();
        new Span<sbyte>(states, IntTile.Rows * padded).Fill((sbyte)_call.State.ZeroPoint);
        for (var step = 0; step < _call.Steps; step++)
        {
            for (var at = 0; at < IntTile.Rows * padded; at += IntTile.Lanes)
                Take(states + at, strip + at * TProducts.ElementBytes);
            Multiply(strip, sums);
            for (var row = 0; row < count; row++)
            {
                var inputs = _gates + ((long)(first + row) * _call.Steps + step) * _call.GateCount * _call.Units;
                for (var group = 0; group < _sizes.Groups; group++)
                {
                    var (at, lane) = (row * padded + group * IntTile.Lanes, group * IntTile.Lanes);
                    _cells.Step(inputs + lane, sums + (group * IntTile.Rows + row) * IntTile.Lanes,
                        _sizes.Groups * IntTile.Rows * IntTile.Lanes, memory + at, states + at);
                }
            }
        }
        for (var row = 0; row < count; row++)
            Unsafe.CopyBlockUnaligned(_output + (long)(first + row) * _call.Units, states + row * padded, (uint)_call.Units);
    }

    /// <summary>The states' sums of all gates: panel by panel, in each sequence by sequence.</summary>
    private void Multiply(byte* strip, int* sums)
    {
        var offsets = stackalloc int[IntTile.Rows];
        for (var row = 0; row < IntTile.Rows; row++)
            offsets[row] = row * _sizes.Padded * TProducts.ElementBytes;
        for (var panel = 0; panel < _sizes.Panels; panel++)
            TProducts.Multiply(strip, offsets, Panel(panel) + IntLanes.Bytes, _gate.Runs, new IntLanes((int*)Panel(panel)).Start, 0,
                sums + panel * IntTile.Rows * IntTile.Lanes);
    }

    /// <summary>Sixteen states as the products take them.</summary>
    private void Take(sbyte* states, byte* strip)
    {
        var values = Vector128.Load(states);
        if (TProducts.ElementBytes == 1)
        {
            (values.AsByte() ^ Vector128.Create((byte)0x80)).Store(strip);
            return;
        }
        var differences = Vector256.Create(Vector128.WidenLower(values), Vector128.WidenUpper(values))
            - Vector256.Create((short)_call.State.ZeroPoint);
        if (TProducts.ElementBytes == 2)
            differences.Store((short*)strip);
        else
            for (var i = 0; i < IntTile.Lanes; i++)
                ((float*)strip)[i] = differences[i];
    }
}
