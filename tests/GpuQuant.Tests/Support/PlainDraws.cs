using GpuQuant.Numerics;

namespace GpuQuant.Tests.Support;

/// <summary>Where plain re-implementations take their draws: a documented sequence, or random numbers that know nothing of it.</summary>
internal abstract class PlainDraws
{
    /// <summary>The documented sequence of a sample.</summary>
    public static PlainDraws Documented(string shift, ulong seed, int index) =>
        new Sequence(new RandomStream(seed, RandomPurpose.Shift, StableHash.Of(shift), (uint)index));

    /// <summary>The system's own generator and Box and Muller's normal draws.</summary>
    public static PlainDraws Independent(int seed) => new SystemDraws(new Random(seed));

    /// <summary>Uniform in [0, 1).</summary>
    public abstract double Uniform();

    /// <summary>Uniform in [0, 1) from 32 bits.</summary>
    public abstract double Coarse();

    public abstract bool Bit();

    /// <summary>A uniform integer, the upper end excluded.</summary>
    public abstract int Integer(int low, int high);

    public abstract double Normal();

    private sealed class Sequence(RandomStream stream) : PlainDraws
    {
        private RandomStream _stream = stream;

        public override double Uniform() => _stream.NextDouble();

        public override double Coarse() => _stream.NextUInt32() / 4294967296.0;

        public override bool Bit() => _stream.NextBool();

        public override int Integer(int low, int high) => _stream.NextInt32(low, high);

        public override double Normal() => _stream.NextNormal();
    }

    private sealed class SystemDraws(Random random) : PlainDraws
    {
        public override double Uniform() => random.NextDouble();

        public override double Coarse() => random.NextDouble();

        public override bool Bit() => random.Next(2) == 1;

        public override int Integer(int low, int high) => random.Next(low, high);

        public override double Normal() =>
            Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
    }
}
