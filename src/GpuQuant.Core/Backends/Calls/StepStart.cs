namespace GpuQuant.Backends;

/// <summary>Where a learned step begins: a function of the first values that it quantizes.</summary>
public enum StepStart
{
    /// <summary>2 mean |v| / sqrt(greatest integer) (Esser et al. 2020).</summary>
    MeanMagnitude,

    /// <summary>max(|mean - 3 d|, |mean + 3 d|) / (greatest integer + 1), with the standard deviation d (Bhalgat et al. 2020, weights).</summary>
    ThreeDeviations,

    /// <summary>
    /// The integers reach from the least to the greatest value, widened to hold 0, and the offset is what the integer 0 stands for (Bhalgat
    /// et al. 2020, activations).
    /// </summary>
    LeastToGreatest,

    /// <summary>What is learned is not the step but the value of the greatest integer; it begins at the greatest value (after PACT).</summary>
    Greatest,
}
