namespace GpuQuant.Numerics;

/// <summary>
/// A sequence of random draws at one position (seed, purpose, epoch, sample): the same on every machine, thread and backend.
/// </summary>
/// <remarks>The Philox key is the seed; the counter is (block in the sequence, sample, epoch, purpose).</remarks>
public struct RandomStream
{
    private readonly uint _key0, _key1, _sample, _epoch, _purpose;
    private uint _block;
    private (uint X, uint Y, uint Z, uint W) _current;
    private int _used;
    private double _spareNormal;
    private bool _hasSpare;

    /// <summary>Starts the sequence of one position.</summary>
    public RandomStream(ulong seed, RandomPurpose purpose, uint epoch = 0, uint sample = 0)
    {
        (_key0, _key1) = ((uint)seed, (uint)(seed >> 32));
        (_purpose, _epoch, _sample) = ((uint)purpose, epoch, sample);
        _used = 4;
    }

    /// <summary>32 random bits.</summary>
    public uint NextUInt32()
    {
        if (_used == 4)
        {
            _current = Philox.Block(_block++, _sample, _epoch, _purpose, _key0, _key1);
            _used = 0;
        }
        return _used++ switch { 0 => _current.X, 1 => _current.Y, 2 => _current.Z, _ => _current.W };
    }

    /// <summary>Uniform in [0, 1), a multiple of 2^-53.</summary>
    public double NextDouble()
    {
        var high = (ulong)NextUInt32();
        return ((high << 21) ^ (NextUInt32() >> 11)) * (1.0 / (1UL << 53));
    }

    /// <summary>Uniform in [low, high).</summary>
    public double Uniform(double low, double high) => low + (high - low) * NextDouble();

    /// <summary>A uniform integer, <paramref name="low"/> included, <paramref name="high"/> excluded, without bias.</summary>
    public int NextInt32(int low, int high)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(low, high);
        var range = (uint)(high - low);
        // Lemire's multiply-and-reject: the low half tells whether this draw falls into the biased part.
        var product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            var threshold = (0u - range) % range;
            while ((uint)product < threshold)
                product = (ulong)NextUInt32() * range;
        }
        return low + (int)(product >> 32);
    }

    /// <summary>True or false with equal odds.</summary>
    public bool NextBool() => (NextUInt32() & 1) != 0;

    /// <summary>A normal draw with mean 0 and standard deviation 1 (polar method of Marsaglia).</summary>
    public double NextNormal()
    {
        if (_hasSpare)
        {
            _hasSpare = false;
            return _spareNormal;
        }
        double u, v, s;
        do
        {
            u = 2 * NextDouble() - 1;
            v = 2 * NextDouble() - 1;
            s = u * u + v * v;
        }
        while (s is >= 1 or 0);
        var factor = Math.Sqrt(-2 * PortableMath.Log(s) / s);
        _spareNormal = v * factor;
        _hasSpare = true;
        return u * factor;
    }

    /// <summary>A Poisson draw with the given mean (inversion by multiplying uniforms; the mean is split above 16).</summary>
    public int NextPoisson(double mean)
    {
        var total = 0;
        // The sum of independent Poisson draws is Poisson: exp(-mean) stays far from underflow.
        for (; mean > 16; mean -= 16)
            total += PoissonByProduct(PortableMath.Exp(-16));
        return total + PoissonByProduct(PortableMath.Exp(-mean));
    }

    /// <summary>A draw from the beta distribution, 0 to 1, with mean a / (a + b); both parameters above 0.</summary>
    public double NextBeta(double a, double b)
    {
        // x / (x + y) of two gamma draws, in logarithms: those of small parameters are too small for a double.
        var (x, y) = (NextLogGamma(a), NextLogGamma(b));
        return 1 / (1 + PortableMath.Exp(y - x));
    }

    /// <summary>Puts items into a random order, each with equal odds (Fisher and Yates).</summary>
    public void Shuffle(Span<int> items)
    {
        for (var i = items.Length - 1; i > 0; i--)
        {
            var j = NextInt32(0, i + 1);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    /// <summary>The logarithm of a gamma draw with scale 1 (Marsaglia and Tsang 2000; one below 1 by way of the one above).</summary>
    private double NextLogGamma(double shape)
    {
        if (shape < 1)
            return NextLogGamma(shape + 1) + PortableMath.Log(1 - NextDouble()) / shape;
        var d = shape - 1 / 3.0;
        var c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            var normal = NextNormal();
            var root = 1 + c * normal;
            if (root <= 0)
                continue;
            var v = root * root * root;
            if (PortableMath.Log(1 - NextDouble()) < normal * normal / 2 + d - d * v + d * PortableMath.Log(v))
                return PortableMath.Log(d * v);
        }
    }

    private int PoissonByProduct(double limit)
    {
        var count = 0;
        for (var product = NextDouble(); product > limit; product *= NextDouble())
            count++;
        return count;
    }
}
