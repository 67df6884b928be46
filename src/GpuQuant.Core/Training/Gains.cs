namespace GpuQuant.Training;

/// <summary>How far a training is from ending early; a part of its checkpoint.</summary>
/// <param name="Accuracy">The accuracy of the last epoch with a gain; negative before the first.</param>
/// <param name="Waited">Epochs since then.</param>
internal readonly record struct Gains(double Accuracy, int Waited)
{
    /// <summary>Before the first epoch.</summary>
    public static Gains None => new(-1, 0);

    /// <summary>After another epoch.</summary>
    public Gains After(double accuracy, double leastGain) =>
        accuracy - leastGain > Accuracy || Accuracy < 0 ? new(accuracy, 0) : this with { Waited = Waited + 1 };
}
