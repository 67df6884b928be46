namespace GpuQuant.Backends.Tests.Harness;

/// <summary>One kind of step of projected gradient descent.</summary>
/// <param name="Norm">The ball's shape.</param>
/// <param name="Batch">Samples.</param>
/// <param name="Length">Elements of a sample.</param>
/// <param name="Step">How far the step leads.</param>
/// <param name="Radius">The ball's radius.</param>
public sealed record PgdStepCase(AttackNorm Norm, int Batch, int Length, float Step, float Radius)
{
    public static IReadOnlyList<PgdStepCase> All { get; } =
    [
        new(AttackNorm.LInfinity, 1, 1, 0.1f, 0.3f), new(AttackNorm.LInfinity, 3, 17, 0.1f, 0.15f),
        new(AttackNorm.LInfinity, 5, 784, 0.1f, 0.3f), new(AttackNorm.LInfinity, 2, 1009, 0, 0.05f),
        new(AttackNorm.L2, 1, 1, 0.1f, 0.3f), new(AttackNorm.L2, 3, 17, 0.2f, 0.5f), new(AttackNorm.L2, 5, 784, 1, 3),
        new(AttackNorm.L2, 2, 1009, 0.5f, 100), new(AttackNorm.L2, 2, 2003, 0, 1),
    ];

    public float Low => 0;

    public float High => 1;
}
