using GpuQuant.Numerics;

namespace GpuQuant.Graphs;

/// <summary>How a parameter's first values are drawn: a function of the seed and the parameter's position in the graph.</summary>
public abstract record Initializer
{
    /// <summary>All elements the same.</summary>
    public static Initializer Constant(float value) => new ConstantInitializer(value);

    /// <summary>
    /// Uniform in +-sqrt(6 / (fan in + fan out)) (Glorot and Bengio 2010, Keras's default). The first dimension is the output's,
    /// the others are summed over; of a kernel, the window counts for both.
    /// </summary>
    public static Initializer GlorotUniform { get; } = new GlorotUniformInitializer();

    /// <summary>
    /// Normal with standard deviation sqrt(2 / fan in) after truncation at two deviations (He et al. 2015; Keras's <c>he_normal</c>): drawn
    /// with that divided by 0.87962566, the deviation that truncation leaves of 1.
    /// </summary>
    public static Initializer HeNormal { get; } = new HeNormalInitializer();

    /// <summary>Normal with mean 0 and that standard deviation (Keras's <c>RandomNormal</c>).</summary>
    public static Initializer Normal(float deviation) => new NormalInitializer(deviation);

    /// <summary>Fills the values of a parameter of the given shape.</summary>
    public abstract void Fill(Span<float> values, Shape shape, RandomStream random);

    private sealed record ConstantInitializer(float Value) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random) => values.Fill(Value);
    }

    private sealed record GlorotUniformInitializer : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            var window = shape.Rank == 4 ? shape[1] * shape[2] : 1;
            var fans = shape.Count / shape[0] + (long)shape[0] * window;
            var limit = Math.Sqrt(6.0 / fans);
            foreach (ref var value in values)
                value = (float)random.Uniform(-limit, limit);
        }
    }

    private sealed record HeNormalInitializer : Initializer
    {
        private const double TruncatedDeviation = 0.87962566103423978;

        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            var deviation = Math.Sqrt(2.0 * shape[0] / shape.Count) / TruncatedDeviation;
            foreach (ref var value in values)
            {
                var draw = random.NextNormal();
                while (Math.Abs(draw) > 2)
                    draw = random.NextNormal();
                value = (float)(draw * deviation);
            }
        }
    }

    private sealed record NormalInitializer(float Deviation) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            foreach (ref var value in values)
                value = (float)(random.NextNormal() * Deviation);
        }
    }
}
