namespace GpuQuant.Data;

/// <summary>
/// The attack that nets on a data set are trained against unless the user says otherwise: the study's numbers. Sizes are in scaled
/// pixels, 0 to 1, and bound every pixel's change.
/// </summary>
/// <param name="Radius">How far a pixel may change.</param>
/// <param name="StepSize">How far it changes in an iteration.</param>
/// <param name="Iterations">Iterations.</param>
/// <param name="Share">The share of each batch that is attacked.</param>
/// <param name="LearningRate">The optimizer's step size in such a training; null: its own.</param>
public sealed record AttackSchedule(float Radius, float StepSize, int Iterations, double Share = 0.5, float? LearningRate = null)
{
    /// <summary>For photographs: four of 255 grey levels.</summary>
    public static AttackSchedule Photographs { get; } = new(4 / 255f, 1 / 255f, 4);

    /// <summary>For white strokes on black, which bear more.</summary>
    public static AttackSchedule Strokes { get; } = new(0.3f, 0.1f, 10, LearningRate: 1e-4f);
}
