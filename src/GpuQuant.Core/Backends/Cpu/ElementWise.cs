using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using GpuQuant.Formulas;

namespace GpuQuant.Backends.Cpu;

/// <summary>A map of one element's position, on 16 neighbours at once or on one.</summary>
internal interface IElementMap
{
    /// <summary>Handles elements i to i + 15.</summary>
    void Vector(int i);

    /// <summary>Handles element i.</summary>
    void Single(int i);
}

/// <summary>Element-wise work cut into equal chunks for the pool.</summary>
internal static class ElementWise
{
    private const int Chunk = 8192;

    /// <summary>A prepared call that applies the map to all elements.</summary>
    public static Action Prepare<TMap>(WorkerPool pool, int count, TMap map) where TMap : struct, IElementMap
    {
        PoolJob job = (part, _) =>
        {
            var local = map; // a copy that the compiler may keep in registers
            var end = Math.Min(count, (part + 1) * Chunk);
            var i = part * Chunk;
            for (; i + 16 <= end; i += 16)
                local.Vector(i);
            for (; i < end; i++)
                local.Single(i);
        };
        var parts = (count + Chunk - 1) / Chunk;
        return () => pool.Run(parts, job);
    }

    /// <summary>A prepared call that applies the map to all elements, with constants per channel.</summary>
    public static Action Prepare<TMap>(WorkerPool pool, int count, ChannelLanes lanes, TMap map) where TMap : struct, ILaneMap
    {
        PoolJob job = (part, _) => lanes.Run(map, part * Chunk, Math.Min(count, (part + 1) * Chunk));
        var parts = (count + Chunk - 1) / Chunk;
        return () => pool.Run(parts, job);
    }

    /// <summary>
    /// A prepared call that applies a map of its own to each row: where a tensor's rows are longer than those that are worked on.
    /// </summary>
    public static Action PrepareRows<TMap>(WorkerPool pool, int rows, ChannelLanes lanes, Func<int, TMap> mapOf)
        where TMap : struct, ILaneMap
    {
        var chunk = Math.Max(1, Chunk / lanes.Channels);
        PoolJob job = (part, _) =>
        {
            for (var row = part * chunk; row < Math.Min(rows, (part + 1) * chunk); row++)
                lanes.Row(mapOf(row), row);
        };
        var parts = (rows + chunk - 1) / chunk;
        return () => pool.Run(parts, job);
    }

    /// <summary>An activation on 16 values: the same results as the scalar formula.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(Activation activation, Vector512<float> x) => activation switch
    {
        Activation.None => x,
        Activation.Relu => Vector512.ConditionalSelect(Vector512.LessThanOrEqual(x, default), default, x),
        _ => ApplyOther(activation, x),
    };

    /// <summary>The gradient of 16 values from their outputs: the same results as the scalar formula.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Gradient(Activation activation, Vector512<float> y, Vector512<float> dy) => activation switch
    {
        Activation.None => dy,
        Activation.Relu => Vector512.ConditionalSelect(Vector512.GreaterThan(y, default), dy, default),
        _ => OtherGradient(activation, y, dy),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Vector512<float> OtherGradient(Activation activation, Vector512<float> y, Vector512<float> dy) => activation switch
    {
        Activation.Relu6 => Vector512.ConditionalSelect(
            Vector512.GreaterThan(y, default) & Vector512.LessThan(y, Vector512.Create(6f)), dy, default),
        Activation.Sigmoid => dy * y * (Vector512<float>.One - y),
        _ => dy * (Vector512<float>.One - y * y),
    };

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static unsafe Vector512<float> ApplyOther(Activation activation, Vector512<float> x)
    {
        var values = stackalloc float[Vector512<float>.Count];
        x.Store(values);
        for (var i = 0; i < Vector512<float>.Count; i++)
            values[i] = ActivationFormula.Apply(activation, values[i]);
        return Vector512.Load(values);
    }
}
