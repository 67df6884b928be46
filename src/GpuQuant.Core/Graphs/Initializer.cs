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

    /// <summary>Uniform in +-<paramref name="limit"/>.</summary>
    public static Initializer Uniform(float limit) => new UniformInitializer(limit);

    /// <summary>Equal parts of the elements, each with a value of its own: the biases of several gates.</summary>
    public static Initializer Parts(params IReadOnlyList<float> values) => new PartsInitializer(values);

    /// <summary>
    /// Columns that are orthogonal and of length 1 (Saxe et al. 2014, Keras's default for recurrent weights): normal draws, made orthogonal
    /// one column after another. The matrix must have at least as many rows as columns.
    /// </summary>
    public static Initializer Orthogonal { get; } = new OrthogonalInitializer();

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

    private sealed record UniformInitializer(float Limit) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            foreach (ref var value in values)
                value = (float)random.Uniform(-Limit, Limit);
        }
    }

    private sealed record PartsInitializer(IReadOnlyList<float> Values) : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            for (var i = 0; i < values.Length; i++)
                values[i] = Values[(int)((long)i * Values.Count / values.Length)];
        }
    }

    private sealed record OrthogonalInitializer : Initializer
    {
        public override void Fill(Span<float> values, Shape shape, RandomStream random)
        {
            var (rows, columns) = (shape[0], shape[1]);
            var basis = new double[columns][];
            for (var c = 0; c < columns; c++)
            {
                var column = new double[rows];
                for (var r = 0; r < rows; r++)
                    column[r] = random.NextNormal();
                // Twice: what the first subtraction's roundings leave of the other columns, the second takes away.
                for (var pass = 0; pass < 2; pass++)
                    for (var other = 0; other < c; other++)
                        Add(column, basis[other], -Dot(column, basis[other]));
                Add(column, column, 1 / Math.Sqrt(Dot(column, column)) - 1);
                basis[c] = column;
                for (var r = 0; r < rows; r++)
                    values[r * columns + c] = (float)column[r];
            }
        }

        private static double Dot(double[] a, double[] b)
        {
            var sum = 0.0;
            for (var i = 0; i < a.Length; i++)
                sum += a[i] * b[i];
            return sum;
        }

        private static void Add(double[] target, double[] source, double factor)
        {
            for (var i = 0; i < target.Length; i++)
                target[i] += source[i] * factor;
        }
    }
}
